//! `zhijian palm explain`.

use clap::Args;
use palm::{Modality, Picture, explain};
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows every stage between a picture of a palm and its code as PNG, and why it was refused where it was.
#[derive(Debug, Args)]
pub(in crate::cli) struct Explain {
    /// The picture: PNG, JPEG or BMP.
    #[arg(value_name = "PICTURE")]
    picture: PathBuf,
    /// The folder for the stages; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let shown = self.picture.display();
        let bytes = std::fs::read(&self.picture).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let picture = Picture::decode(&bytes).map_err(|refusal| format!("{shown}: {refusal}"))?;
        let explained = explain(picture, Modality::Vein);
        std::fs::create_dir_all(&self.out)
            .map_err(|error| format!("{} cannot be made: {error}", self.out.display()))?;
        for stage in &explained.stages {
            let path = self.out.join(stage.name).with_extension("png");
            let written = std::fs::write(&path, stage.picture.to_png());
            written.map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            println!("{}", path.display());
        }
        match explained.refusal {
            None => Ok(ExitCode::SUCCESS),
            Some(refusal) => {
                println!("refused ({}): {refusal}", refusal.code());
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
