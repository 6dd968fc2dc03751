//! One turn: clients take payments from a common stock, one after the other, until the time is over.

use super::BenchError;
use record::bench::cpu_millis;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::vec::IntoIter;

/// One payment under way.
pub(super) type Paying = Pin<Box<dyn Future<Output = Result<(), BenchError>> + Send>>;

/// Payments to be made.
pub(super) struct Stock<T>(Arc<Mutex<IntoIter<T>>>);

/// What a turn came to.
pub(super) struct Round {
    took: Duration,
    /// Processor time of this process meanwhile, in milliseconds.
    pub(super) cpu_millis: u64,
    /// How long each payment took, in microseconds.
    pub(super) times: Vec<u64>,
}

impl Round {
    pub(super) fn done(&self) -> u64 {
        u64::try_from(self.times.len()).unwrap_or(u64::MAX)
    }

    pub(super) fn per_s(&self) -> u64 {
        self.done().saturating_mul(1_000_000) / micros(self.took).max(1)
    }

    /// How long one of those who work at the same moment takes for a payment.
    pub(super) fn micros_a_payment(&self, workers: u64) -> u64 {
        micros(self.took).saturating_mul(workers) / self.done().max(1)
    }
}

impl<T: Send + 'static> Stock<T> {
    pub(super) fn of(payments: Vec<T>) -> Stock<T> {
        Stock(Arc::new(Mutex::new(payments.into_iter())))
    }

    /// Has so many clients pay for so long, or until nothing is left.
    pub(super) async fn spend<P>(self, clients: u16, length: Duration, pay: P) -> Result<Round, BenchError>
    where
        P: Fn(u16, T) -> Paying + Clone + Send + 'static,
    {
        let (start, cpu) = (Instant::now(), cpu_millis());
        let clients: Vec<_> = (0..clients)
            .map(|client| {
                let (stock, pay) = (Arc::clone(&self.0), pay.clone());
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    while start.elapsed() < length {
                        let next = stock.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some(payment) = next else { break };
                        let asked = Instant::now();
                        pay(client, payment).await?;
                        times.push(micros(asked.elapsed()));
                    }
                    Ok::<_, BenchError>(times)
                })
            })
            .collect();
        let mut times = Vec::new();
        for client in clients {
            times.append(&mut client.await.map_err(|_| BenchError::Client)??);
        }
        Ok(Round { took: start.elapsed(), cpu_millis: cpu_millis() - cpu, times })
    }
}

fn micros(of: Duration) -> u64 {
    u64::try_from(of.as_micros()).unwrap_or(u64::MAX)
}
