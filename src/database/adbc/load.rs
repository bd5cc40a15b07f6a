//! Finding a driver and loading it.

use std::path::{Path, PathBuf};

use adbc_core::LOAD_FLAG_DEFAULT;
use adbc_core::options::AdbcVersion;
use adbc_driver_manager::ManagedDriver;

use crate::database::Request;

/// How the wheels of drivers for Python call their libraries.
const WHEEL: &str = "adbc_driver_";

/// The driver of a request, of the newest version of the interface that it has.
pub fn load(request: &Request) -> Result<ManagedDriver, String> {
    let name = &request.address.driver;
    if is_path(name) {
        let path = std::fs::canonicalize(name).map_err(|_| format!("there is no driver {name}: no such file"))?;
        return open(&path.to_string_lossy(), entry(request, name))
            .map_err(|why| format!("the driver {name} cannot be loaded: {}", request.secrets.mask(&why)));
    }
    let places = places(name);
    // What lies where it was looked for is taken or told of; nothing else is tried in its place.
    if let Some(file) = places.iter().flat_map(|place| files(place, name)).find(|file| file.is_file()) {
        let file = std::path::absolute(&file).unwrap_or(file);
        return open(&file.to_string_lossy(), entry(request, name))
            .map_err(|why| format!("the driver {} cannot be loaded: {}", file.display(), request.secrets.mask(&why)));
    }
    // Folders of the user and of the system, and the path on which the system looks for libraries.
    let found = open(name, entry(request, name)).or_else(|_| open(&format!("{WHEEL}{name}"), None));
    found.map_err(|_| missing(request, name, &places))
}

fn is_path(name: &str) -> bool {
    let library = [".so", ".dylib", ".dll", ".toml"].iter().any(|end| name.to_lowercase().ends_with(end));
    library || name.contains(['/', '\\'])
}

/// The function by which a driver is entered, where it is not named after the driver.
fn entry(request: &Request, name: &str) -> Option<&'static [u8]> {
    let known = request.address.known.filter(|known| {
        Path::new(name).file_name().is_some_and(|file| file.to_string_lossy().to_lowercase().contains(known.driver))
    });
    known.and_then(|known| known.entry).map(str::as_bytes)
}

fn open(name: &str, entry: Option<&'static [u8]>) -> Result<ManagedDriver, String> {
    let of = |version| ManagedDriver::load_from_name(name, entry, version, LOAD_FLAG_DEFAULT, None);
    of(AdbcVersion::V110).or_else(|_| of(AdbcVersion::V100)).map_err(|error| error.message)
}

/// Folders that the environment names, and the packages of Python's environment.
fn places(name: &str) -> Vec<PathBuf> {
    let paths = std::env::var_os("ADBC_DRIVER_PATH");
    let mut places: Vec<PathBuf> = paths.iter().flat_map(std::env::split_paths).collect();
    if let Some(python) = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from) {
        let folder = glob::Pattern::escape(&python.to_string_lossy());
        for packages in ["lib/python3*/site-packages", "Lib/site-packages"] {
            let found = glob::glob(&format!("{folder}/{packages}/{WHEEL}{name}"));
            places.extend(found.into_iter().flatten().filter_map(Result::ok));
        }
    }
    places.retain(|place| !place.as_os_str().is_empty());
    places
}

/// The files by which a driver can be in a folder.
fn files(place: &Path, name: &str) -> [PathBuf; 3] {
    let library = |name: &str| place.join(library(name));
    [place.join(format!("{name}.toml")), library(&format!("{WHEEL}{name}")), library(name)]
}

fn library(name: &str) -> String {
    format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

fn missing(request: &Request, name: &str, places: &[PathBuf]) -> String {
    let files = format!("{name}.toml, {} or {}", library(&format!("{WHEEL}{name}")), library(name));
    let mut searched: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    let home = std::env::var_os("XDG_CONFIG_HOME").map_or("~/.config".to_owned(), |home| home.to_string_lossy().into());
    searched.push(match std::env::consts::OS {
        "macos" => "~/Library/Application Support/ADBC/Drivers".to_owned(),
        "windows" => "the registry".to_owned(),
        _ => format!("{home}/adbc/drivers, /etc/adbc/drivers"),
    });
    searched.push("the library path of the system".to_owned());
    let known = request.address.known.filter(|known| known.driver == name);
    let get = known.map_or(format!("dbc install {name}"), |known| known.get.to_owned());
    format!(
        "the driver `{name}` is not here: there is no {files} in {}. It is got by: {get}. Then name its folder in \
         ADBC_DRIVER_PATH (of a wheel: the folder {WHEEL}{name} in site-packages; an active venv is looked through), or its \
         file with --driver",
        searched.join(", ")
    )
}
