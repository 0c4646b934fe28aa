//! Things: what the nouns of names and descriptions stand for. A reviewed table.

use std::cmp::Ordering;
use std::sync::LazyLock;

use super::words::{Words, look_up, sorted};

/// What is known of a thing, as bits.
pub(crate) type Traits = u16;

/// Outsiders write it.
pub(crate) const OUTSIDE: Traits = 1;
/// It is private or sensitive.
pub(crate) const PRIVATE: Traits = 1 << 1;
/// What is written there, others see.
pub(crate) const CHANNEL: Traits = 1 << 2;
/// It can be run.
pub(crate) const RUNNABLE: Traits = 1 << 3;
/// It is money or leads to it.
pub(crate) const MONEY: Traits = 1 << 4;
/// Taking it away has no effect beyond the answer.
pub(crate) const HARMLESS: Traits = 1 << 5;
/// It is an address in the web or what stands there.
pub(crate) const WEB: Traits = 1 << 6;
/// It is a data store or a query of one.
pub(crate) const STORE: Traits = 1 << 7;
/// It is the input of a device: sending it reaches nobody.
pub(crate) const INPUT: Traits = 1 << 8;

/// Nobody outside sees it until it is used.
pub(crate) const CONTAINED: Traits = 1 << 9;

/// It is a number: adding two of them changes nothing.
pub(crate) const NUMBER: Traits = 1 << 10;

/// The traits of the thing at `index`, and how many words name it (0 when it is no known thing).
pub(crate) fn thing_at(words: &Words, index: usize) -> (Traits, usize) {
    let word = words.at(index);
    let next = words.at(index + 1);
    if !next.is_empty() {
        let pair = PAIRS.binary_search_by(|(key, _)| compare_pair(key, word, next));
        if let Some((_, traits)) = pair.ok().and_then(|at| PAIRS.get(at)) {
            return (*traits, 2);
        }
    }
    look_up(&THINGS, word).map_or((0, 0), |traits| (*traits, 1))
}

/// How `key`, two words joined by `_`, is ordered to two words.
fn compare_pair(key: &str, first: &str, second: &str) -> Ordering {
    let joined = first.bytes().chain([b'_']).chain(second.bytes());
    key.bytes().cmp(joined)
}

static PAIRS: LazyLock<Vec<(&'static str, Traits)>> =
    LazyLock::new(|| sorted(TWO_WORDS.iter().map(|(traits, words)| (*traits, *words))));

/// Names of two words. Traits 0 take away a meaning that the words have alone.
static TWO_WORDS: &[(Traits, &str)] = &[
    (
        0,
        "account_type airport_code authorization_code color_code commit_message contract_address \
         country_code currency_code design_system error_message error_messages event_type file_format \
         file_type iata_code in_order knowledge_cutoff language_code log_in log_level memory_address \
         memory_usage order_book periodic_table phone_number postal_code price_history public_key \
         public_transport qr_code smart_contract status_code stock_price time_table zip_code",
    ),
    (
        OUTSIDE,
        "change_log hacker_news home_page library_docs news_article release_notes search_engine \
         search_result search_results stack_overflow web_search",
    ),
    (OUTSIDE | CHANNEL, "merge_request merge_requests pull_request pull_requests social_media"),
    (OUTSIDE | PRIVATE, "chat_history google_calendar google_doc google_docs google_drive"),
    (
        PRIVATE,
        "order_history call_history purchase_history transaction_history search_history message_history \
         authenticated_user current_user your_account my_account access_token api_key api_token bank_account browser_history code_review commit_history \
         credit_card environment_variable environment_variables git_diff git_log git_status google_sheet \
         google_sheets knowledge_base knowledge_graph personal_data personal_information private_key \
         source_code ssh_key stack_trace system_prompt task_list user_data",
    ),
];

static THINGS: LazyLock<Vec<(&'static str, Traits)>> =
    LazyLock::new(|| sorted(ONE_WORD.iter().map(|(traits, words)| (*traits, *words))));

static ONE_WORD: &[(Traits, &str)] = &[
    (NUMBER, "number integer decimal fraction digit matrix"),
    (OUTSIDE, "repo repository"),
    (CONTAINED, "draft template label signature placeholder"),
    (PRIVATE | RUNNABLE, "code"),
    (PRIVATE, "me my mine whoami"),
    (
        CHANNEL,
        "announcement audience broadcast campaign channel follower invitation invite newsletter \
          public recipient webhook",
    ),
    (
        HARMLESS,
        "accent background breakpoint cache filter highlight noise \
         selection silence stopword watermark whitespace",
    ),
    (INPUT, "hotkey input key keyboard keypress keystroke mouse signal"),
    (MONEY, "cart fund funds money payment payout purchase refund"),
    (
        OUTSIDE,
        "abstract advertisement article arxiv bing brave caption changelog crawl doc docs documentation \
         duckduckgo exa feed feedback firecrawl google hackernews headline html jina kagi  listing \
         lyrics news page paper perplexity podcast publication pubmed readme recipe releases review rss \
         searxng serp serper stackoverflow submission subtitle tavily transcript wikipedia youtube",
    ),
    (
        OUTSIDE | CHANNEL,
        "bitbucket blog bluesky comment discussion facebook forum gist github gitlab hn instagram issue \
         linkedin mastodon post pr prs reddit subreddit thread tiktok tweet twitter weibo wiki wordpress \
         xiaohongshu",
    ),
    (
        OUTSIDE | PRIVATE,
        "attachment calendar confluence conversation drive dropbox gdrive inbox intercom jira meeting \
         mention notion onedrive sharepoint ticket zendesk",
    ),
    (
        OUTSIDE | PRIVATE | CHANNEL,
        "chat dingtalk discord dm email feishu gmail imap imessage lark mail mailbox notification message \
         msg outlook   slack sms smtp telegram wechat whatsapp",
    ),
    (OUTSIDE | WEB, "browser crawler dom internet online site sitemap web webpage website"),
    (
        PRIVATE,
        "account album applicant appointment attendee availability balance bank biometric bookmark \
         candidate client clipboard codebase config configuration contact cookie credential crm \
         csv customer deal diary directory disk document docx dotenv employee env event evernote file \
         filepath filesystem folder health hubspot invoice journal keychain knowledge lead log \
         medical member memory note notebook obsidian passwd password path patient payroll pdf photo \
         portfolio prescription process quickbooks reminder salary salesforce screen screenshot secret \
         sheet sleep spreadsheet stripe student subscriber tab task todo transaction vault voicemail \
         workout workspace xero xlsx",
    ),
    (PRIVATE | MONEY, "order"),
    (
        PRIVATE | STORE,
        "airtable bigquery cassandra chroma clickhouse database databricks db duckdb dynamodb \
         elasticsearch entity firestore graph mariadb milvus mongo mongodb mssql mysql neo4j observation \
         oracle pinecone postgres postgresql qdrant redis relation row snowflake sql sqlite supabase \
         table warehouse weaviate",
    ),
    (
        RUNNABLE,
        "bash cli cmd  command console javascript js powershell program python script shell snippet \
         subprocess terminal",
    ),
    (STORE, "cypher query"),
    (WEB, "endpoint href http https hyperlink link uri url urls"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_thing_stands_twice_in_a_table() {
        assert!(THINGS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(PAIRS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn two_words_can_name_one_thing() {
        let words = Words::of_name("pull_requests_error_message");
        assert_eq!(thing_at(&words, 0), (OUTSIDE | CHANNEL, 2));
        assert_eq!(thing_at(&words, 2), (0, 2));
    }
}
