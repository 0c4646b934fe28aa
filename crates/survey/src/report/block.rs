//! Sections that say the same as HTML and as Markdown: said once.

use std::io::{self, Write};

use portcullis_report::neutral;

use super::chart;

/// A part of a section. Texts are plain; whoever writes them makes them harmless.
#[derive(Debug)]
pub(super) enum Block {
    /// Begins a part of the section.
    Title(String),
    /// A paragraph.
    Text(String),
    /// A table. Without rows it says so.
    Table(Vec<&'static str>, Vec<Vec<String>>),
    /// Bars, each with its word, number and tone: a picture of what a table says, for HTML only.
    Bars(&'static str, Vec<(String, i64, &'static str)>),
    /// A curve over time: a picture, for HTML only.
    Curve(&'static str, Vec<(String, i64)>),
}

/// Writes a section as HTML.
pub(super) fn html(title: &str, blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    let text = neutral::html;
    writeln!(out, "<section><h2>{}</h2>", text(title))?;
    for block in blocks {
        match block {
            Block::Title(title) => writeln!(out, "<h3>{}</h3>", text(title))?,
            Block::Text(words) => writeln!(out, "<p class=\"lead\">{}</p>", text(words))?,
            Block::Table(_, rows) if rows.is_empty() => writeln!(out, "<p class=\"none\">None.</p>")?,
            Block::Table(heads, rows) => {
                write!(out, "<div class=\"wide\"><table><thead><tr>")?;
                for head in heads {
                    write!(out, "<th scope=\"col\">{}</th>", text(head))?;
                }
                write!(out, "</tr></thead><tbody>")?;
                for row in rows {
                    write!(out, "<tr>")?;
                    for cell in row {
                        write!(out, "<td>{}</td>", text(cell))?;
                    }
                    writeln!(out, "</tr>")?;
                }
                writeln!(out, "</tbody></table></div>")?;
            }
            Block::Bars(_, rows) if rows.is_empty() => {}
            Block::Bars(title, rows) => writeln!(out, "{}", chart::bars(title, rows))?,
            Block::Curve(_, points) if points.len() < 2 => {}
            Block::Curve(title, points) => writeln!(out, "{}", chart::curve(title, points))?,
        }
    }
    writeln!(out, "</section>")
}

/// Writes a section as Markdown.
pub(super) fn markdown(title: &str, blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    let text = neutral::markdown;
    writeln!(out, "## {}\n", text(title))?;
    for block in blocks {
        match block {
            Block::Title(title) => writeln!(out, "### {}\n", text(title))?,
            Block::Text(words) => writeln!(out, "{}\n", text(words))?,
            Block::Table(_, rows) if rows.is_empty() => writeln!(out, "None.\n")?,
            Block::Table(heads, rows) => {
                writeln!(out, "| {} |", heads.join(" | "))?;
                let is_number = |column: usize| {
                    rows.iter().all(|row| {
                        row.get(column).is_some_and(|cell| {
                            cell == "–"
                                || cell
                                    .chars()
                                    .all(|letter| letter.is_ascii_digit() || ",.-".contains(letter))
                        })
                    })
                };
                let lines: Vec<&str> =
                    (0..heads.len()).map(|column| if is_number(column) { "---:" } else { "---" }).collect();
                writeln!(out, "|{}|", lines.join("|"))?;
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| text(cell)).collect();
                    writeln!(out, "| {} |", cells.join(" | "))?;
                }
                writeln!(out)?;
            }
            Block::Bars(..) | Block::Curve(..) => {}
        }
    }
    Ok(())
}
