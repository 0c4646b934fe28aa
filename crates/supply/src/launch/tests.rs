use super::*;

/// `ecosystem name version-kind version` of every use.
fn told(command: &str, args: &[&str]) -> Vec<String> {
    packages_of(command, args)
        .iter()
        .map(|found| {
            let mark = match found.version {
                VersionPin::Exact(_) => "=",
                VersionPin::Range(_) => "~",
                VersionPin::Tag(_) => ":",
                VersionPin::Digest(_) => "#",
                VersionPin::Missing => "",
            };
            let version = found.version.text().unwrap_or_default();
            format!("{} {}{}{}{mark}{version}", found.runner, found.ecosystem, " ", found.name)
        })
        .collect()
}

/// A command line without quoting.
fn line(text: &str) -> Vec<String> {
    let mut words = text.split(' ');
    let command = words.next().unwrap();
    told(command, &words.collect::<Vec<_>>())
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(&line(text), expected, "{text}");
    }
}

#[test]
fn javascript_launchers_name_their_package() {
    check(&[
        ("npx -y @scope/server@1.2.3 /data", &["npx npm @scope/server=1.2.3"]),
        ("npx @scope/server", &["npx npm @scope/server"]),
        ("npx --yes --registry https://registry.example foo@latest", &["npx npm foo:latest"]),
        ("npx -y foo@^1.2 --yes", &["npx npm foo~^1.2"]),
        ("npx -y -p foo@1.0.0 -p bar run-it --port 3", &["npx npm foo=1.0.0", "npx npm bar"]),
        ("npx --package=foo@2 -- foo-cli", &["npx npm foo~2"]),
        ("npx --cache /tmp/c -y foo", &["npx npm foo"]),
        ("npm exec --yes -- foo@1.0.0 -x", &["npm exec npm foo=1.0.0"]),
        ("npm x foo", &["npm exec npm foo"]),
        ("npm create thing@latest", &["npm create npm create-thing:latest"]),
        ("npm init @scope/thing", &["npm create npm @scope/create-thing"]),
        ("npm run start", &["npm run local start"]),
        ("pnpm --silent dlx foo@1.2.3", &["pnpm dlx npm foo=1.2.3"]),
        ("pnpm --dir /srv dlx --package=a b", &["pnpm dlx npm a"]),
        ("pnpx foo", &["pnpx npm foo"]),
        ("yarn dlx -q -p foo bar", &["yarn dlx npm foo"]),
        ("bunx --bun foo@1.0.0", &["bunx npm foo=1.0.0"]),
        ("bun x foo", &["bun x npm foo"]),
        ("bun run src/index.ts", &["bun run local src/index.ts"]),
        ("bun server.ts", &["bun local server.ts"]),
        ("node --enable-source-maps -r dotenv/config dist/index.js stdio", &["node local dist/index.js"]),
        ("node -e code", &[]),
        ("npx", &[]),
        ("npx -y alias@npm:real@1.0.0", &["npx npm real=1.0.0"]),
    ]);
}

#[test]
fn javascript_launchers_also_take_repositories_addresses_and_files() {
    check(&[
        ("npx -y github:owner/repo", &["npx git github.com/owner/repo"]),
        ("npx owner/repo#v1", &["npx git github.com/owner/repo:v1"]),
        (
            "npx git+ssh://git@github.com/owner/repo.git#0123456789abcdef0123456789abcdef01234567",
            &["npx git github.com/owner/repo#0123456789abcdef0123456789abcdef01234567"],
        ),
        ("npx git@github.com:owner/repo.git", &["npx git github.com/owner/repo"]),
        ("npx https://github.com/owner/repo", &["npx git github.com/owner/repo"]),
        ("npx https://files.example/server.tgz", &["npx url https://files.example/server.tgz"]),
        ("npx name@https://files.example/server.tgz", &["npx url https://files.example/server.tgz"]),
        ("npx ./local", &["npx local ./local"]),
        ("npx file:../x", &["npx local ../x"]),
        ("npx foo@github:owner/repo#semver:^2", &["npx git github.com/owner/repo~^2"]),
    ]);
}

#[test]
fn python_launchers_name_their_package() {
    check(&[
        ("uvx mcp-server-time --local-timezone=UTC", &["uvx pypi mcp-server-time"]),
        ("uvx mcp-server-time@2025.9.25", &["uvx pypi mcp-server-time=2025.9.25"]),
        ("uvx mcp-server-time@latest", &["uvx pypi mcp-server-time:latest"]),
        ("uvx --python 3.12 --from pkg[cli]==1.2 tool", &["uvx pypi pkg=1.2"]),
        (
            "uvx --with a,b --with c>=1,<2 tool==1.0",
            &["uvx pypi tool=1.0", "uvx pypi a", "uvx pypi b", "uvx pypi c~>=1,<2"],
        ),
        ("uv tool run --index-url https://index.example/simple pkg", &["uv tool run pypi pkg"]),
        ("uv --directory /srv run server.py", &["uv run local server.py"]),
        ("uv run --with mcp[cli] mcp run server.py", &["mcp run local server.py", "uv run pypi mcp"]),
        ("uv run --directory /srv -m package.server", &["uv run -m local package.server"]),
        ("uv run https://files.example/server.py", &["uv run url https://files.example/server.py"]),
        ("uvx --from git+https://github.com/owner/repo@main tool", &["uvx git github.com/owner/repo:main"]),
        (
            "uvx --from git+https://user@host.example/owner/repo.git tool",
            &["uvx git host.example/owner/repo"],
        ),
        ("pipx run --spec pkg==1.0 tool", &["pipx run pypi pkg=1.0"]),
        ("pipx run pkg", &["pipx run pypi pkg"]),
        ("python -m package.server", &["python -m local package.server"]),
        ("python3.12 -u /srv/server.py", &["python local /srv/server.py"]),
        ("python -m pip install -r r.txt a b==1.0", &["pip pypi a", "pip pypi b=1.0"]),
        ("python -c code", &[]),
        ("pip3 install --index-url https://i.example/ pkg~=1.0", &["pip pypi pkg~~=1.0"]),
    ]);
}

#[test]
fn the_image_is_found_behind_every_kind_of_container_option() {
    check(&[
        ("docker run -i --rm mcp/fetch", &["docker run oci mcp/fetch"]),
        ("docker run -it -e KEY -e A=b --rm mcp/fetch:1.0 --flag", &["docker run oci mcp/fetch:1.0"]),
        (
            "docker run --rm -itv /a:/b -p 80:80 ghcr.io/o/i@sha256:ab x",
            &["docker run oci ghcr.io/o/i#sha256:ab"],
        ),
        ("docker run --mount type=bind,src=/,dst=/x --name n i", &["docker run oci i"]),
        ("docker run --pull=always --network host --init i:latest", &["docker run oci i:latest"]),
        ("docker run --brand-new-option value --rm i", &["docker run oci i"]),
        ("docker run -eKEY=v -v/a:/b i", &["docker run oci i"]),
        (
            "docker --context remote container run --read-only localhost:5000/i:2",
            &["docker run oci localhost:5000/i:2"],
        ),
        ("podman run --rm --replace --name x docker://quay.example/i", &["podman run oci quay.example/i"]),
        ("docker run -i node:22 npx -y foo", &["docker run oci node:22", "npx npm foo"]),
        ("docker exec -i container server", &[]),
        ("docker run --rm", &[]),
    ]);
    let image = package_of("docker", &["run", "localhost:5000/i:2"]).unwrap();
    assert_eq!(image.registry.as_deref(), Some("localhost:5000"));
}

#[test]
fn other_toolchains_name_theirs() {
    check(&[
        ("dnx Vendor.Server@1.2.3 --yes", &["dnx nuget Vendor.Server=1.2.3"]),
        ("dnx Vendor.Server --version 1.* --yes -- --port 1", &["dnx nuget Vendor.Server~1.*"]),
        ("dotnet tool exec Vendor.Server", &["dotnet tool exec nuget Vendor.Server"]),
        ("dotnet run --project src/Server", &["dotnet run local src/Server"]),
        ("dotnet bin/server.dll", &["dotnet local bin/server.dll"]),
        ("cargo run --release", &["cargo run local ."]),
        ("cargo install --version 1.2.3 server", &["cargo install cargo server=1.2.3"]),
        ("cargo binstall -y server@1.2", &["cargo binstall cargo server~1.2"]),
        ("cargo install --git https://github.com/o/r --tag v1", &["cargo install git github.com/o/r:v1"]),
        ("go run github.com/o/r/cmd@v1.2.3", &["go run go github.com/o/r/cmd=v1.2.3"]),
        ("go run -mod mod github.com/o/r@latest", &["go run go github.com/o/r:latest"]),
        ("go run ./cmd/server", &["go run local ./cmd/server"]),
        ("deno run -A npm:foo@1.2.3", &["deno run npm foo=1.2.3"]),
        ("deno run --allow-net jsr:@scope/pkg@1.0.0/sub", &["deno run jsr @scope/pkg=1.0.0"]),
        ("deno run https://files.example/m.ts", &["deno run url https://files.example/m.ts"]),
        ("deno run server.ts", &["deno run local server.ts"]),
        ("java -jar server.jar", &["interpreter local server.jar"]),
        ("/opt/bin/server stdio", &["program local /opt/bin/server"]),
        ("nix run github:o/r#server", &["nix run git github.com/o/r"]),
    ]);
}

#[test]
fn wrappers_are_looked_through() {
    check(&[
        ("env TOKEN=x npx -y foo", &["npx npm foo"]),
        ("env -u HOME -i uvx foo", &["uvx pypi foo"]),
        ("sudo -u nobody npx foo", &["npx npm foo"]),
        ("timeout -k 5 30 npx foo", &["npx npm foo"]),
        ("op run --env-file=.env -- npx foo", &["npx npm foo"]),
        ("mise exec node@22 -- npx foo", &["npx npm foo"]),
        ("poetry run python server.py", &["python local server.py"]),
        ("cmd /c npx -y foo@1.0.0", &["npx npm foo=1.0.0"]),
        ("cmd.exe /d /s /c npx.cmd foo", &["npx npm foo"]),
        ("wsl -d Ubuntu npx foo", &["npx npm foo"]),
        (r"C:\nodejs\npx.CMD -y foo", &["npx npm foo"]),
        ("/opt/homebrew/bin/uvx foo", &["uvx pypi foo"]),
        ("npx -y mcp-proxy -- npx -y inner@1.0.0", &["npx npm mcp-proxy", "npx npm inner=1.0.0"]),
    ]);
    assert_eq!(told("sh", &["-c", "cd /x && A=b npx -y foo | tee log"]), ["npx npm foo"]);
    assert_eq!(told("bash", &["-lc", "uvx 'pkg==1.0'; npx bar"]), ["uvx pypi pkg=1.0", "npx npm bar"]);
    assert_eq!(told("cmd", &["/c", r"C:\n\npx.cmd -y foo"]), ["npx npm foo"]);
    assert_eq!(told("powershell", &["-NoProfile", "-Command", "npx -y foo"]), ["npx npm foo"]);
    assert_eq!(told("npx -y foo@1.0.0", &["--port", "1"]), ["npx npm foo=1.0.0"]);
    assert_eq!(told("/usr/bin/npx -y foo", &[]), ["npx npm foo"]);
    assert_eq!(told("/opt/my server/run", &[]), ["program local /opt/my server/run"]);
    assert_eq!(told(r"C:\Program Files\nodejs\npx.cmd", &["foo"]), ["npx npm foo"]);
    assert_eq!(
        told("npx", &["-y", "gateway", "--stdio", "uvx inner"]),
        ["npx npm gateway", "uvx pypi inner"]
    );
    assert_eq!(
        told("sh", &["-c", "curl -fsSL https://x.example/i.sh | bash"]),
        ["curl | sh url https://x.example/i.sh"]
    );
}

#[test]
fn the_package_that_is_fetched_and_started_comes_first() {
    let found = package_of("uv", &["run", "--with", "mcp[cli]", "mcp", "run", "server.py"]).unwrap();
    assert_eq!((found.name.as_str(), found.role), ("mcp", Role::With));
    let found = package_of("uvx", &["--with", "b", "a"]).unwrap();
    assert_eq!((found.name.as_str(), found.role), ("a", Role::Run));
}

#[test]
fn the_place_of_a_package_can_be_cut_out_of_its_argument() {
    let written = |command: &str, args: &[&str]| {
        let found = package_of(command, args).unwrap();
        let argument = found.place.argument.map_or(command, |index| args[index]);
        argument.get(found.place.span.unwrap()).unwrap().to_owned()
    };
    assert_eq!(written("npx", &["-y", "--package=@a/b@1", "c"]), "@a/b@1");
    assert_eq!(written("sh", &["-c", "exec npx -y 'foo@latest' x"]), "foo@latest");
    assert_eq!(written("npx -y foo", &[]), "foo");
    assert_eq!(written("docker", &["run", "--rm", "-i", "img:1", "x"]), "img:1");
}

#[test]
fn a_package_can_be_written_again_with_a_version() {
    let pinned = |line: &str, version: &str| {
        let mut words = line.split(' ');
        let command = words.next().unwrap();
        package_of(command, &words.collect::<Vec<_>>()).unwrap().pinned_to(version)
    };
    assert_eq!(pinned("npx -y @a/b@latest", "1.2.3").as_deref(), Some("@a/b@1.2.3"));
    assert_eq!(pinned("uvx --from pkg[cli]>=1 t", "2.0").as_deref(), Some("pkg[cli]@2.0"));
    assert_eq!(pinned("pipx run pkg", "2.0").as_deref(), Some("pkg==2.0"));
    assert_eq!(pinned("docker run i:latest", "sha256:00").as_deref(), Some("i@sha256:00"));
    assert_eq!(pinned("deno run jsr:@s/p", "1.0.0").as_deref(), Some("jsr:@s/p@1.0.0"));
    assert_eq!(pinned("deno run npm:@s/p", "1.0.0").as_deref(), Some("npm:@s/p@1.0.0"));
    assert_eq!(pinned("npx github:o/r#main", "c0ffee").as_deref(), Some("github:o/r#c0ffee"));
    assert_eq!(pinned("npx o/r", "c0ffee").as_deref(), Some("o/r#c0ffee"));
    assert_eq!(
        pinned("uvx --from git+https://h.example/o/r@main#subdirectory=a t", "c0ffee").as_deref(),
        Some("git+https://h.example/o/r@c0ffee#subdirectory=a")
    );
    assert_eq!(pinned("uv run --with pkg python x.py", "1.0").as_deref(), Some("pkg==1.0"));
    assert_eq!(pinned("npx https://files.example/a.tgz", "1").as_deref(), None);
    assert_eq!(pinned("dnx Tool --version 1.*", "1.0.0").as_deref(), None);
    assert_eq!(pinned("cargo install --git https://h.example/o/r", "c0ffee").as_deref(), None);
}

#[test]
fn options_that_matter_for_trust_are_kept() {
    let found = package_of("npx", &["-y", "--registry=https://r.example", "foo"]).unwrap();
    assert!(found.flags.assume_yes);
    assert_eq!(found.registry.as_deref(), Some("https://r.example"));
    let found = package_of("uvx", &["-p", "3.11", "--from", "pkg", "tool"]).unwrap();
    assert_eq!(found.flags.python.as_deref(), Some("3.11"));
    assert_eq!(found.flags.option.as_deref(), Some("--from"));
    assert_eq!(found.executable.as_deref(), Some("tool"));
}

#[test]
fn launchers_inside_launchers_end_at_a_limit() {
    let deep = "sh -c ".repeat(50);
    let args: Vec<&str> = deep.split_whitespace().skip(1).collect();
    assert!(packages_of("sh", &args).len() <= 1);
    let many = vec!["a"; 10_000];
    let args: Vec<&str> = ["install"].into_iter().chain(many).collect();
    assert_eq!(packages_of("pip", &args).len(), USE_LIMIT);
}

#[test]
fn what_a_guard_starts_is_what_matters() {
    let args = ["guard", "--server", "x", "--", "npx", "-y", "pkg@1.2.3"];
    let found = packages_of("/old/place/portcullis", &args);
    assert_eq!((found.len(), found[0].name.as_str(), found[0].place.argument), (1, "pkg", Some(6)));
}
