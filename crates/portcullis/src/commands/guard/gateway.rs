//! `portcullis guard --config FILE`: many servers behind one address.

use std::path::Path;
use std::sync::Arc;

use portcullis_guard::Guard;
use portcullis_guard::gateway::{self, Gateway};
use portcullis_guard::settings::{GatewayPlan, Surroundings};

use super::assemble::{Assembled, BEAT, assemble, person};
use super::terminal;
use crate::cli::GuardArgs;
use crate::consent;
use crate::exit::{Exit, Failure};
use crate::machine;

pub(crate) fn run(arguments: &GuardArgs, path: &Path) -> Result<Exit, Failure> {
    let settings = machine::settings(Some(path))?;
    let surroundings = surroundings(path.parent().unwrap_or(Path::new(".")));
    let plan = GatewayPlan::new(&settings.guard, &surroundings)
        .map_err(|why| Failure::usage(format!("`{}`: {why}", path.display())))?;
    let stdio = arguments.stdio;
    let assembled = assemble(arguments, &settings)?;
    run_while(assembled, |guard| async move {
        if stdio { serve_stdio(guard, plan).await } else { serve(guard, plan).await }
    })
}

/// Runs what `served` makes of the guard to its end, and looks after the guard meanwhile.
pub(super) fn run_while<F>(
    assembled: Assembled,
    served: impl FnOnce(Arc<Guard>) -> F,
) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|why| Failure::incomplete(format!("no threads can be started: {why}")))?;
    let Assembled { guard, mut keeper } = assembled;
    let outcome = runtime.block_on(async {
        let beats = async {
            loop {
                tokio::time::sleep(BEAT).await;
                keeper.beat();
            }
        };
        tokio::select! {
            outcome = served(guard) => outcome,
            () = beats => Ok(Exit::Clean),
        }
    });
    keeper.close();
    // A thread that still reads standard input would hold us up for ever.
    runtime.shutdown_background();
    outcome
}

pub(super) async fn serve_stdio(guard: Arc<Guard>, plan: GatewayPlan) -> Result<Exit, Failure> {
    let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
    let asked = asked_to_end()?;
    gateway::serve_stdio(guard, plan, input, output, asked).await?;
    Ok(Exit::Clean)
}

/// This machine, as settings in this folder refer to it.
pub(super) fn surroundings(folder: &Path) -> Surroundings<'_> {
    let variable = &|name: &str| std::env::var(name).ok();
    Surroundings { base: consent::base_environment(), variable, person: person(), folder }
}

async fn serve(guard: Arc<Guard>, plan: GatewayPlan) -> Result<Exit, Failure> {
    let listen = plan.listen;
    let gateway = Gateway::bind(guard, plan)
        .await
        .map_err(|why| Failure::incomplete(format!("`{listen}` cannot be listened on: {why}")))?;
    let address = gateway.address().map_err(Failure::incomplete)?;
    anstream::eprintln!("guarding at http://{address}/mcp");
    terminal::attend()?;
    let asked = asked_to_end()?;
    gateway.serve(asked).await;
    Ok(Exit::Clean)
}

/// Ready when the person or the system asks the program to end.
fn asked_to_end() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    let mut terminated = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).map_err(Failure::incomplete)?
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminated.recv() => {}
            // Without that signal there is only the other one.
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
