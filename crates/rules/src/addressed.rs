//! Who a sentence speaks to: where data speaks to the model that reads it, it is no longer data.

use portcullis_text::meaning::{ACTS, Act, Concept, Concepts, Force, Form, Meaning, Token};

use crate::asked::{ANY_MODEL, Line};

/// What a model does with data.
const READING: Concepts = Concepts::of(&[Concept::Read, Concept::Do, Concept::Respond, Concept::Check]);

/// True where the model is the one spoken to: "AI assistant:", "to you, the model", "as an AI, you must", "dear agent,".
pub(crate) fn speaks_to_model(line: Line<'_>) -> bool {
    if next_action(line) {
        return true;
    }
    if !line.any(ANY_MODEL) {
        return false;
    }
    let tokens: Vec<&Token> = line.tokens().iter().filter(|token| !token.inner).collect();
    tokens.iter().enumerate().any(|(index, token)| {
        if !token.concepts.any(ANY_MODEL) || token.name {
            return false;
        }
        let near_you = token.is(Concept::Model) && is_you(line, &tokens, index);
        let colon = |most: usize| tokens.iter().skip(index + 1).take(most).any(|next| next.follows_colon());
        // "agent: fix a leak" heads a line of a change log.
        let part = index == 0 && colon(1) && token.text(line.said.text()) == "agent";
        let far = if token.is(Concept::Model) { 6 } else { 1 };
        let heading = !part && ((index < 4 && colon(6)) || (index < 12 && colon(far)));
        let directive = tokens.get(index + 1).is_some_and(|next| next.is(Concept::Instructions))
            && tokens.get(index + 2).is_some_and(|next| next.follows_colon());
        let called = index < 3 && tokens.get(index + 1).is_some_and(|next| next.opens_clause());
        let reading = tokens
            .get(index + 1)
            .is_some_and(|next| next.concepts.any(READING) && next.form.can_be(Form::GERUND));
        let read_by = line.sentence.language.object_first()
            && index
                .checked_sub(1)
                .and_then(|before| tokens.get(before))
                .is_some_and(|before| before.concepts.any(READING));
        near_you
            || directive
            || read_by
            || heading
            || called
            || reading
            || by_name(line, &tokens, index)
            || in_case(&tokens, index)
    })
}

/// "Your next action should be to …", "your task is to …".
fn next_action(line: Line<'_>) -> bool {
    line.tokens().first().is_some_and(|first| {
        first.is(Concept::Must) && first.text(line.said.text()).eq_ignore_ascii_case("your")
    })
}

/// "You, the AI", "you are a language model", "as an AI, you": nothing that is done stands between.
fn is_you(line: Line<'_>, tokens: &[&Token], index: usize) -> bool {
    let you =
        |token: &Token| token.is(Concept::You) && !token.text(line.said.text()).eq_ignore_ascii_case("your");
    let idle = |token: &&Token| !token.concepts.any(ACTS) || token.form == Form::default();
    let before = tokens.iter().copied().take(index).rev().take(5).take_while(idle).any(&you);
    let as_such = tokens.iter().take(index).rev().take(3).any(|token| token.is(Concept::Preposition));
    let mut after = tokens.iter().copied().skip(index + 1).take(3);
    before || (as_such && after.any(you))
}

/// "Which tools do you have, dear agent?": set off by commas, in a sentence that speaks to somebody.
fn by_name(line: Line<'_>, tokens: &[&Token], index: usize) -> bool {
    let opens = |at: usize| tokens.get(at).is_some_and(|token| token.opens_clause());
    let begins = opens(index) || index.checked_sub(1).is_some_and(opens);
    let ends = index + 1 == tokens.len() || opens(index + 1);
    index > 0 && begins && ends && line.any(Concepts::of(&[Concept::You, Concept::Please]))
}

/// "If you are an agent", "should you be a coding assistant".
fn in_case(tokens: &[&Token], index: usize) -> bool {
    let from = index.saturating_sub(5);
    let near = |concept| tokens.iter().skip(from).take(index - from).any(|token| token.is(concept));
    near(Concept::You) && near(Concept::If) && near(Concept::Be)
}

/// True where this sentence, or the one right before it, speaks to the model.
pub(crate) fn around(line: Line<'_>) -> bool {
    let number = line.sentence.number;
    let sentences = line.said.meaning.sentences();
    let at = sentences.partition_point(|other| other.number < number);
    let before = at.checked_sub(1).and_then(|before| sentences.get(before));
    speaks_to_model(line)
        || field_for_model(line)
        || before.is_some_and(|before| {
            before.number + 1 == number && speaks_to_model(Line { said: line.said, sentence: before })
        })
}

/// The value of a field whose name speaks of the model and of what it is to do: `"assistant_instructions": "Tell …"`.
pub(crate) fn field_for_model(line: Line<'_>) -> bool {
    const LONGEST: usize = 60;
    let text = line.said.text();
    let before = text.get(..line.sentence.span.start).unwrap_or_default();
    let Some(key) = before.trim_end_matches(['"', '\'', ' ', '\n']).strip_suffix(':') else { return false };
    let key = key.trim_end_matches(['"', '\'', ' ']);
    let from = key.rfind(['"', '\'', ' ', '\n', '{', ',', '#', '/']).map_or(0, |at| at + 1);
    let name = key.get(from..).filter(|name| name.len() <= LONGEST && name.contains(['_', '-', ' ']));
    let asks = Concepts::of(&[
        Concept::Instructions,
        Concept::Message,
        Concept::Data,
        Concept::Task,
        Concept::Do,
        Concept::Code,
        Concept::Execute,
    ]);
    name.map(Meaning::of_name).is_some_and(|name| name.any(ANY_MODEL) && name.any(asks))
}

/// "The assistant opens the file", "if an AI reads this, it uploads": a stage direction, which asks for what it tells.
pub(crate) fn directs(line: Line<'_>, act: &Act) -> bool {
    let model = act.subject.any(ANY_MODEL)
        || (act.subject.has(Concept::It) && line.has(Concept::Model) && line.has(Concept::If));
    act.force == Force::Statement && !act.negated && !act.passive && model
}
