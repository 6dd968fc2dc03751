//! Processes that end with the thread that started them, even when that is killed.

use std::io::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Asks the kernel to send the signal when the parent's thread dies. std runs this after it has dropped root, which would
/// clear the wish.
#[expect(unsafe_code, reason = "a death signal can only be asked for between fork and exec")]
pub(crate) fn follow_parent(command: &mut Command, signal: libc::c_int) {
    let ask = move || {
        // SAFETY: prctl is async-signal-safe and takes plain integers here.
        if unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal) } == 0 {
            return Ok(());
        }
        Err(Error::last_os_error())
    };
    // SAFETY: the closure only makes that one call, allocates nothing and takes no lock.
    unsafe { command.pre_exec(ask) };
}
