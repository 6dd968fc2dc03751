//! Who may sign in: people, bound to their entry in the registry, agents of employers with their rights, and staff with their roles.
//!
//! Purpose: an account is opened by a real-name check of name, number and phone, or by a code that a clerk gives at the counter;
//! never by whoever holds a phone. The same person signs in with a password, with a code by text message, or without a phone
//! with password and counter code.
//!
//! Law: 个人信息保护法 (2021) art. 51; GB/T 22239-2019 8.1.4.1 (failed tries end a session, idle sessions end).
//!
//! Invariants: an account belongs to a person and never to a phone. Tokens, codes and what a limit counts are stored as keyed
//! hashes; passwords as argon2id, computed outside every act. A try is counted before it is checked, so that many at once
//! gain nothing. A number that nobody holds takes the same path as one that somebody does. A session that ended stays ended.
//!
//! Tables owned: `account_*` (person, staff, agent, passkey, ceremony, session, code, limit).

pub mod agent;
mod change;
mod code;
mod first_agent;
mod limit;
mod open;
pub mod passkey;
mod password;
mod real_name;
mod session;
mod sign_in;
mod staff;
mod store;

pub use agent::{
    AGENT_ROLES, AddAgent, Agent, AgentError, AgentSignedIn, ChangeAgentRights, RetireAgent, agent, agent_sign_in,
    agents,
};
pub use change::{ChangeSignInError, change_password, change_phone, reset_password};
pub use code::{
    CodeError, CounterCode, IssueCounterCode, IssueEmployerCode, RequestPhoneCode, RequestSignInCode, SmsCodeId,
};
pub use first_agent::{OpeningAgent, open_agent_as_legal_person, open_agent_by_counter_code};
pub use open::{LoadAccount, OpenError, Opening, open_by_counter_code, open_by_real_name};
pub use password::{PasswordError, PasswordHash, check_agent_rules, check_rules};
pub use real_name::{RealName, RealNameConfig, RealNameError, RealNameMatch};
pub use session::{EndSession, NewSession, Session, SessionError, SessionId, SignOut, Token, session, sessions, touch};
pub use sign_in::{Caller, Proof, SignInError, sign_in};
pub use staff::{AddStaff, RetireStaff, Staff, StaffError, staff, staff_sign_in};
pub use store::{MIGRATIONS, SEALED};
