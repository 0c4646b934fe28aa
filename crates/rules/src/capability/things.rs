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
        "account_type airport_code area_code authorization_code color_code commit_message contract_address \
         country_code coupon_code currency_code design_system discount_code email_address email_addresses \
         error_message error_messages event_type file_format file_type iata_code in_order invite_code \
         knowledge_cutoff language_code log_in log_level memory_address memory_usage order_book periodic_table \
         phone_number postal_code price_history promo_code public_key public_transport qr_code referral_code \
         smart_contract status_code stock_price time_table verification_code zip_code",
    ),
    (
        OUTSIDE,
        "change_log hacker_news home_page library_docs news_article release_notes search_engine search_result \
         search_results stack_overflow web_search web_searches",
    ),
    (OUTSIDE | CHANNEL, "merge_request merge_requests pull_request pull_requests social_media"),
    (OUTSIDE | PRIVATE, "chat_history google_calendar google_doc google_docs google_drive"),
    (
        PRIVATE,
        "access_token api_key api_token authenticated_user bank_account browser_history call_history code_analysis code_coverage code_health code_quality code_review code_scan code_search \
         commit_history credit_card current_user email_account email_accounts environment_variable \
         environment_variables facebook_ads git_diff git_log git_status google_ads google_sheet google_sheets \
         knowledge_base knowledge_graph linkedin_ads message_history my_account order_history personal_data \
         personal_information private_key purchase_history search_history source_code ssh_key stack_trace \
         system_prompt task_list tiktok_ads transaction_history twitter_ads user_data your_account",
    ),
];

static THINGS: LazyLock<Vec<(&'static str, Traits)>> =
    LazyLock::new(|| sorted(ONE_WORD.iter().map(|(traits, words)| (*traits, *words))));

static ONE_WORD: &[(Traits, &str)] = &[
    // What strangers write.
    (
        OUTSIDE,
        "abstract advertisement article arxiv bing bluesky brave caption changelog crawl doc docs documentation \
         duckduckgo exa facebook feed feedback firecrawl google hackernews headline hn html instagram jina kagi \
         linkedin listing lyrics mastodon news page paper perplexity podcast publication pubmed readme recipe reddit \
         releases repo repository review rss searxng serp serper stackoverflow story submission subreddit subtitle \
         tavily tiktok transcript twitter weibo wikipedia wordpress xiaohongshu youtube",
    ),
    (OUTSIDE | WEB, "browser crawler dom internet online site sitemap web webpage website"),
    // Where whatever is written, strangers see.
    (
        OUTSIDE | CHANNEL,
        "bitbucket blog comment discussion forum gist github gitlab issue post pr prs thread tweet wiki",
    ),
    (
        CHANNEL,
        "announcement audience broadcast campaign channel follower invitation invite newsletter public recipient \
         webhook",
    ),
    (OUTSIDE | PRIVATE | CHANNEL, "chat dm email mail mailbox message msg notification sms"),
    // What strangers write to somebody.
    (
        OUTSIDE | PRIVATE,
        "attachment calendar confluence conversation dingtalk discord drive dropbox feishu gdrive gmail imap imessage \
         inbox intercom jira lark meeting mention notion onedrive outlook sharepoint slack smtp telegram ticket wechat \
         whatsapp zendesk",
    ),
    // What is somebody's own.
    (
        PRIVATE,
        "account album applicant appointment attendee availability balance bank biometric bookmark candidate client \
         clipboard codebase config configuration contact cookie credential crm csv customer deal diary directory disk \
         document docx dotenv employee env event evernote file filepath filesystem folder health hubspot invoice \
         journal keychain knowledge lead log me medical member memory mine my note notebook obsidian passwd password \
         path patient payroll pdf photo portfolio prescription process quickbooks reminder salary salesforce screen \
         screenshot secret sheet sleep spreadsheet stripe student subscriber tab task todo transaction vault voicemail \
         whoami workout workspace xero xlsx",
    ),
    (PRIVATE | MONEY, "order"),
    (PRIVATE | RUNNABLE, "code"),
    (
        PRIVATE | STORE,
        "airtable bigquery cassandra chroma clickhouse database databricks db duckdb dynamodb elasticsearch entity \
         firestore graph mariadb milvus mongo mongodb mssql mysql neo4j observation oracle pinecone postgres postgresql \
         qdrant redis relation row snowflake sql sqlite supabase table warehouse weaviate",
    ),
    (STORE, "cypher query"),
    // The rest.
    (
        RUNNABLE,
        "bash cli cmd command console javascript js powershell program python script shell snippet subprocess terminal",
    ),
    (WEB, "endpoint href http https hyperlink link uri url urls"),
    (MONEY, "cart fund funds money payment payout purchase refund"),
    (INPUT, "hotkey input key keyboard keypress keystroke mouse signal"),
    (CONTAINED, "draft label placeholder signature template"),
    (
        HARMLESS,
        "accent background breakpoint cache filter highlight noise selection silence stopword watermark whitespace",
    ),
    (NUMBER, "decimal digit fraction integer matrix number"),
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
