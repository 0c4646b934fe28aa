//! Request states of servers, sealed: what a client brings back was given to it, for this call, lately.
//!
//! In revision 2026-07-28 a server can answer a request with questions and an opaque `requestState`, which the client
//! sends along when it repeats the request. It passes through the client's hands, so a server that trusts it can be
//! lied to. The guard keeps it sealed: AES-256-GCM with a key that lives as long as the program, bound to the
//! principal, the server, and the method with all its parameters but the answers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// How long an answer may take.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// A longer state is refused: it would have to be carried through every retry.
const LONGEST: usize = 256 * 1024;

/// Seals and opens request states.
pub(crate) struct Sealer {
    key: RandomizedNonceKey,
}

/// Why there is no sealer, or a state was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SealError {
    /// The cryptography failed.
    Failed,
    /// It was not sealed here for this call, or was changed.
    Foreign,
    /// It is older than an hour.
    Expired,
    /// It is larger than 256 KiB.
    TooLarge,
}

impl Sealer {
    /// A sealer with a key of its own.
    pub(crate) fn new() -> Result<Self, SealError> {
        let mut key = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| SealError::Failed)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| SealError::Failed)?;
        Ok(Self { key })
    }

    /// Seals a state, or the fact that the server gave none, for the call that `bound_to` stands for.
    pub(crate) fn seal(
        &self,
        state: Option<&str>,
        bound_to: &[u8; 32],
        now: SystemTime,
    ) -> Result<String, SealError> {
        if state.is_some_and(|state| state.len() > LONGEST) {
            return Err(SealError::TooLarge);
        }
        let mut sealed = seconds(now).to_be_bytes().to_vec();
        sealed.push(u8::from(state.is_some()));
        sealed.extend_from_slice(state.unwrap_or_default().as_bytes());
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(bound_to), &mut sealed)
            .map_err(|_| SealError::Failed)?;
        let mut whole = nonce.as_ref().to_vec();
        whole.extend_from_slice(&sealed);
        Ok(hex(&whole))
    }

    /// What was sealed: the server's state, or that it gave none.
    pub(crate) fn open(
        &self,
        sealed: &str,
        bound_to: &[u8; 32],
        now: SystemTime,
    ) -> Result<Option<String>, SealError> {
        let bytes = unhex(sealed).ok_or(SealError::Foreign)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN).ok_or(SealError::Foreign)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Foreign)?;
        let mut body = body.to_vec();
        let plain =
            self.key.open_in_place(nonce, Aad::from(bound_to), &mut body).map_err(|_| SealError::Foreign)?;
        let (at, rest) = plain.split_first_chunk::<8>().ok_or(SealError::Foreign)?;
        // A clock that went back makes states younger, never older than they are.
        if seconds(now).saturating_sub(u64::from_be_bytes(*at)) > LIFETIME.as_secs() {
            return Err(SealError::Expired);
        }
        let (given, state) = rest.split_first().ok_or(SealError::Foreign)?;
        let state = std::str::from_utf8(state).map_err(|_| SealError::Foreign)?;
        Ok((*given == 1).then(|| state.to_owned()))
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.len() > 4 * LONGEST {
        return None;
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| {
            // One spelling for each state: what was changed in any way is not opened.
            let spelt = |byte: &&u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(*byte);
            let digit =
                |byte: Option<&u8>| byte.filter(spelt).and_then(|byte| char::from(*byte).to_digit(16));
            let (high, low) = (digit(pair.first())?, digit(pair.last())?);
            u8::try_from(high * 16 + low).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_for_its_own_call_within_the_hour_and_not_otherwise() {
        let sealer = Sealer::new().expect("a key");
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let sealed = sealer.seal(Some("step 2"), &[7; 32], now).expect("sealed");
        assert!(!sealed.contains("step"));
        assert_eq!(sealer.open(&sealed, &[7; 32], now), Ok(Some("step 2".to_owned())));
        assert_eq!(sealer.open(&sealed, &[8; 32], now), Err(SealError::Foreign), "another call");
        let later = now + LIFETIME + Duration::from_secs(1);
        assert_eq!(sealer.open(&sealed, &[7; 32], later), Err(SealError::Expired));
        let other = Sealer::new().expect("a key");
        assert_eq!(other.open(&sealed, &[7; 32], now), Err(SealError::Foreign), "another program");
    }

    #[test]
    fn no_changed_digit_opens() {
        let sealer = Sealer::new().expect("a key");
        let sealed = sealer.seal(None, &[0; 32], UNIX_EPOCH).expect("sealed");
        assert_eq!(sealer.open(&sealed, &[0; 32], UNIX_EPOCH), Ok(None));
        for index in 0..sealed.len() {
            let changed: String = sealed
                .chars()
                .enumerate()
                .map(|(at, digit)| if at == index { if digit == '0' { '1' } else { '0' } } else { digit })
                .collect();
            assert_eq!(sealer.open(&changed, &[0; 32], UNIX_EPOCH), Err(SealError::Foreign), "digit {index}");
        }
        let shouted = sealed.to_ascii_uppercase();
        assert!(shouted == sealed || sealer.open(&shouted, &[0; 32], UNIX_EPOCH).is_err());
    }
}
