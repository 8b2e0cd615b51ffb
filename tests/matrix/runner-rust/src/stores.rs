//! Where the clients of a scenario keep their operations.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// What the environment says about stores.
pub(crate) struct Places {
    files: bool,
    keep: Option<PathBuf>,
}

/// The folder of one scenario, and what lies in it.
pub(crate) struct Stores {
    folder: Folder,
    files: bool,
}

enum Folder {
    Deleted(TempDir),
    Kept(PathBuf),
}

impl Places {
    pub(crate) fn from_env() -> Result<Self, String> {
        let files = match std::env::var("MATRIX_STORE").as_deref() {
            Ok("file") => true,
            Ok("" | "memory") | Err(_) => false,
            Ok(other) => return Err(format!("MATRIX_STORE is memory or file, not {other:?}")),
        };
        Ok(Self { files, keep: std::env::var_os("MATRIX_KEEP").map(PathBuf::from) })
    }

    /// A fresh folder for the scenario of this name (`area/case`).
    pub(crate) fn stores(&self, scenario: &str) -> Result<Stores, String> {
        let cannot = |why: std::io::Error| format!("a folder for stores can't be made: {why}");
        let folder = match &self.keep {
            None => Folder::Deleted(tempfile::tempdir().map_err(cannot)?),
            Some(keep) => {
                let folder = keep.join(scenario);
                if folder.exists() {
                    std::fs::remove_dir_all(&folder).map_err(cannot)?;
                }
                std::fs::create_dir_all(&folder).map_err(cannot)?;
                Folder::Kept(folder)
            }
        };
        Ok(Stores { folder, files: self.files })
    }
}

impl Stores {
    /// Where the files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a client's `store` is.
    pub(crate) fn name(&self, client: &str, shared: bool) -> String {
        let file = match (shared, self.files) {
            (true, _) => "shared.db".to_owned(),
            (false, true) => format!("{client}.db"),
            (false, false) => return "memory".to_owned(),
        };
        format!("sqlite:{}", self.folder().join(file).display())
    }
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Deleted(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}
