//! A new parameter file must be embedded without a change in the source.

fn main() {
    println!("cargo::rerun-if-changed=../../policy");
}
