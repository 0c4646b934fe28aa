//! References in a configuration become values before a server is started, as its host would do.

use std::path::Path;

/// The text with `${env:NAME}`, `${NAME}`, `${NAME:-default}`, `${userHome}` and a leading `~/` replaced.
///
/// # Errors
/// A reference that only the host can resolve (an input, a secret store), or a variable that is not set.
pub(super) fn resolved(
    text: &str,
    variable: &dyn Fn(&str) -> Option<String>,
    home: &Path,
) -> Result<String, String> {
    let text = match text.strip_prefix("~/") {
        Some(rest) => format!("{}/{rest}", home.display()),
        None => text.to_owned(),
    };
    let mut resolved = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        resolved.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            resolved.push_str("${");
            rest = after;
            continue;
        };
        resolved.push_str(&value(inside, variable, home)?);
        rest = behind;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

fn value(reference: &str, variable: &dyn Fn(&str) -> Option<String>, home: &Path) -> Result<String, String> {
    if matches!(reference, "userHome" | "HOME") {
        return Ok(home.display().to_string());
    }
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    let name = name.strip_prefix("env:").unwrap_or(name);
    if name.contains(':') {
        return Err(format!(
            "`${{{reference}}}` is filled in by its host; scan a configuration with the value in a variable"
        ));
    }
    let known = variable(name).or_else(|| default.map(str::to_owned));
    known.ok_or_else(|| format!("the variable `{name}` is not set; set it and scan again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_values_and_unknown_ones_are_named() {
        let variable = |name: &str| (name == "TOKEN").then(|| String::from("t"));
        let home = Path::new("/home/ann");
        assert_eq!(resolved("Bearer ${env:TOKEN}", &variable, home).as_deref(), Ok("Bearer t"));
        assert_eq!(resolved("${MODE:-fast} ~/x", &variable, home).as_deref(), Ok("fast ~/x"));
        assert_eq!(resolved("~/server", &variable, home).as_deref(), Ok("/home/ann/server"));
        assert!(resolved("${input:key}", &variable, home).is_err());
        assert!(resolved("${MISSING}", &variable, home).is_err());
    }
}
