//! Times as lists write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use portcullis_model::listing::Moment;

/// The moment of a text: RFC 3339, a day, or a day and a time without a zone (both in UTC), or seconds or milliseconds
/// since 1970.
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        // Whatever is too large for seconds of this era is milliseconds.
        let seconds = if number > 100_000_000_000 { number / 1000 } else { number };
        return (number > 100_000_000).then_some(Moment(seconds));
    }
    let stamp = || text.parse::<Timestamp>().ok();
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    stamp().or_else(civil).or_else(day).map(|stamp| Moment(stamp.as_second()))
}

/// The moment as RFC 3339 in UTC.
#[must_use]
pub fn rfc3339(moment: Moment) -> String {
    Timestamp::from_second(moment.0)
        .map_or_else(|_| String::from("1970-01-01T00:00:00Z"), |stamp| stamp.to_string())
}

/// The day inside a name, such as `servers_2026-06-12.csv`.
#[must_use]
pub fn day_in(name: &str) -> Option<Moment> {
    let is_day = |start: usize| {
        let day = name.get(start..start + 10)?;
        day.parse::<Date>().ok()?;
        moment(day)
    };
    name.char_indices().find_map(|(start, _)| is_day(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_all_lists_are_read() {
        for (text, seconds) in [
            ("2026-06-12", 1_781_222_400),
            ("2026-06-12T00:00:00Z", 1_781_222_400),
            ("2026-06-12T00:00:00.123456789Z", 1_781_222_400),
            ("2026-06-12T02:00:00+02:00", 1_781_222_400),
            ("2026-06-12 00:00:00", 1_781_222_400),
            ("1781222400", 1_781_222_400),
            ("1781222400000", 1_781_222_400),
        ] {
            assert_eq!(moment(text), Some(Moment(seconds)), "{text}");
        }
        for text in ["", "N/A", "yesterday", "12", "2026-13-01"] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!(rfc3339(Moment(1_781_222_400)), "2026-06-12T00:00:00Z");
        assert_eq!(day_in("list_2026-06-12.csv.gz"), Some(Moment(1_781_222_400)));
        assert_eq!(day_in("list.csv"), None);
    }
}
