//! The libraries that rules describe: what the package index calls them, and which versions the rules tell apart.

use super::version::Version;

/// A library.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// The first part of its names, and the key of version ranges: `sklearn`.
    pub name: &'static str,
    /// What the package index calls it: `scikit-learn`.
    pub package: &'static str,
    /// The last minor version of each major one, in order; empty where the rules hold for every version.
    pub releases: &'static [Version],
    /// Whether the cases of its rules run in the tests; those of the others are too large, or need other hardware.
    pub runs: bool,
}

const fn library(name: &'static str, package: &'static str, releases: &'static [Version], runs: bool) -> Library {
    Library { name, package, releases, runs }
}

/// Every library with rules. Source of the releases: the release lists of the package index.
pub const LIBRARIES: [Library; 14] = [
    library("numpy", "numpy", &[(1, 26), (2, 4)], true),
    library("python", "python", &[], true),
    library("pandas", "pandas", &[(1, 5), (2, 3), (3, 1)], true),
    library("scipy", "scipy", &[(0, 19), (1, 17)], true),
    library("sklearn", "scikit-learn", &[(0, 24), (1, 9)], true),
    library("xarray", "xarray", &[], true),
    library("h5py", "h5py", &[], true),
    library("PIL", "pillow", &[], true),
    library("array_api_compat", "array-api-compat", &[], true),
    library("numba", "numba", &[], true),
    library("torch", "torch", &[], false),
    library("jax", "jax", &[], false),
    library("cupy", "cupy", &[], false),
    library("cv2", "opencv-python", &[], false),
];

/// The library by this name.
#[must_use]
pub fn library_named(name: &str) -> Option<&'static Library> {
    LIBRARIES.iter().find(|library| library.name == name)
}

/// The last minor version of each major one of a library, in order, where the rules tell its versions apart.
#[must_use]
pub fn releases(library: &str) -> Option<&'static [Version]> {
    library_named(library).map(|library| library.releases).filter(|releases| !releases.is_empty())
}

/// The library that the package index calls so, where the rules tell its versions apart.
#[must_use]
pub fn library_of_package(package: &str) -> Option<&'static str> {
    let found = LIBRARIES.iter().find(|library| library.package == package)?;
    (!found.releases.is_empty()).then_some(found.name)
}
