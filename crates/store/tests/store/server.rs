//! A PostgreSQL of our own: in a temporary folder, on the loopback, gone with the test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

pub(crate) struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Server {
    /// Starts one. None where PostgreSQL is not installed, which is said.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("PostgreSQL is not installed: the store was tried on SQLite ONLY");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("portcullis-postgres").tempdir_in("/tmp").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if is_root() {
            assert!(Command::new("chown").arg("postgres").arg(folder.path()).status().unwrap().success());
        }
        let server = Self { programs, folder, port };
        server.run(
            "initdb",
            &["-D", &server.data(), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        );
        server.begin();
        Some(server)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    pub(crate) fn begin(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c synchronous_commit=off",
            self.port,
            self.folder.path().display()
        );
        let log = self.folder.path().join("log").display().to_string();
        self.run("pg_ctl", &["start", "-w", "-s", "-D", &self.data(), "-l", &log, "-o", &options]);
    }

    /// Kills every process of the server with `kill -9`, the first one first: nothing is written to an end, and nothing starts
    /// them anew.
    pub(crate) fn kill(&self) {
        let file = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap();
        let first = file.lines().next().unwrap().trim().to_owned();
        let mut all = vec![first.clone()];
        while !all.is_empty() {
            // One of them may have ended by itself by now.
            Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status().unwrap();
            std::thread::sleep(Duration::from_millis(20));
            all = self.processes();
        }
        // What is dead and was not yet buried still holds the folder.
        while Path::new("/proc").join(&first).exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The processes of the server: all of them work in its folder.
    fn processes(&self) -> Vec<String> {
        let data = self.folder.path().join("data");
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let own =
            all.filter(|process| std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == data));
        own.map(|process| process.file_name().to_string_lossy().into_owned()).collect()
    }

    /// The address of a database of this name, which is made.
    pub(crate) fn address(&self, name: &str) -> String {
        let port = self.port.to_string();
        self.run("createdb", &["-h", "127.0.0.1", "-p", &port, "-U", "tester", name]);
        format!("postgres://tester:hunter2@127.0.0.1:{port}/{name}")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let status = self.command(program).args(arguments).status();
        assert!(status.unwrap().success(), "{program} {arguments:?}");
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(&program);
                command
            }
            false => Command::new(&program),
        };
        command.current_dir("/").stdout(Stdio::null());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let stopped = self.command("pg_ctl").args(["stop", "-s", "-m", "immediate", "-D", &data]).status();
        if !stopped.is_ok_and(|status| status.success()) {
            eprintln!("the server in `{data}` did not stop");
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> =
        versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    folders.sort();
    folders.into_iter().rev().find(|folder| Path::new(&folder.join("initdb")).exists())
}
