//! Canonical JSON against the examples of RFC 8785.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may panic

use portcullis_wire::canonical;
use portcullis_wire::json::{self, Dialect, Limits};

fn canonical(text: &str) -> String {
    canonical::write(&json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root)
}

#[test]
fn the_serialization_sample_of_section_3_2_2_comes_out_as_printed() {
    let text = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let expected = concat!(
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
        r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
    assert_eq!(canonical(text), expected);
}

#[test]
fn keys_are_sorted_by_utf_16_code_units_as_in_section_3_2_3() {
    let text = r#"{
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let canonical = canonical(text);
    let order = [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O",
        "Euro Sign",
        "Emoji: Grinning",
        "Hebrew Letter",
    ];
    let places: Vec<_> = order.iter().map(|value| canonical.find(value).unwrap()).collect();
    assert!(places.is_sorted(), "{canonical}");
}

#[test]
fn numbers_are_spelt_as_in_appendix_b() {
    for (bits, expected) in [
        (0x0000_0000_0000_0000_u64, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        let spelling = format!("{:e}", f64::from_bits(bits));
        assert_eq!(canonical(&spelling), expected, "{bits:#x}");
    }
    for (spelling, expected) in
        [("1.0", "1"), ("-0.0", "0"), ("1e2", "100"), ("123e-9", "1.23e-7"), ("-12.50", "-12.5")]
    {
        assert_eq!(canonical(spelling), expected);
    }
}

#[test]
fn numbers_that_a_double_would_change_keep_their_spelling() {
    for kept in ["9007199254740993", "-9007199254740993", "1e400", "-1e-400"] {
        assert_eq!(canonical(kept), kept);
    }
    assert_eq!(canonical("9007199254740992"), "9007199254740992");
}

#[test]
fn a_digest_depends_on_meaning_and_not_on_spelling() {
    let digest = |text: &str| {
        canonical::digest_hex(&json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root)
    };
    assert_eq!(digest(r#"{"b":1.0,"a":"\u0041"}"#), digest(r#"{ "a": "A", "b": 1 }"#));
    assert_ne!(digest(r#"{"a":"A"}"#), digest(r#"{"a":"B"}"#));
    assert_eq!(digest("{}"), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
}
