//! Who asks, and by which channel.

use kernel::{AgentId, EmployerId, PersonId, StaffId};

kernel::words! {
    /// A role. A person has one, a member of staff and an employer's agent may have several, the machinery is `system`.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Role {
        /// Not signed in.
        Anonymous = "anonymous",
        /// An insured person, for their own file.
        Person = "person",
        /// An employer's agent who may look (查询).
        AgentReader = "agent_reader",
        /// An employer's agent who declares: staff, bases, data (申报).
        AgentDeclarer = "agent_declarer",
        /// An employer's agent who pays (缴费).
        AgentPayer = "agent_payer",
        /// An employer's agent who names the other agents (管理员).
        AgentManager = "agent_manager",
        /// 经办: handles.
        Clerk = "clerk",
        /// 复核: reviews what another handled.
        Reviewer = "reviewer",
        /// 财务: reads the books and reconciles.
        Accountant = "accountant",
        /// The agency's engineer: keys, staff, no business rights.
        Engineer = "engineer",
        /// The machinery itself: worker, gateway notices, loading.
        System = "system",
    }
}

kernel::words! {
    /// The way by which a request came.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Channel {
        /// The web hall.
        Web = "web",
        /// The interface for programs.
        Api = "api",
        /// A counter of the agency.
        Counter = "counter",
        /// A self-service kiosk.
        Kiosk = "kiosk",
        /// A payment gateway's notice.
        Gateway = "gateway",
        /// The worker.
        Worker = "worker",
        /// The command line of the agency's engineer.
        CommandLine = "command_line",
    }
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// Somebody not signed in.
    Anonymous,
    /// A person, signed in.
    Person(PersonId),
    /// An agent of an employer, with what they may do for it.
    Agent(AgentId, EmployerId, Vec<Role>),
    /// A member of staff with their roles.
    Staff(StaffId, Vec<Role>),
    /// The machinery.
    System,
}

/// Who asks, and by which channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Who asks.
    pub who: Who,
    /// By which channel.
    pub channel: Channel,
}

impl Actor {
    /// Somebody not signed in.
    pub const fn anonymous(channel: Channel) -> Actor {
        Actor { who: Who::Anonymous, channel }
    }

    /// A person, signed in.
    pub const fn person(person: PersonId, channel: Channel) -> Actor {
        Actor { who: Who::Person(person), channel }
    }

    /// An agent of an employer.
    pub fn agent(agent: AgentId, employer: EmployerId, roles: &[Role], channel: Channel) -> Actor {
        Actor { who: Who::Agent(agent, employer, roles.to_vec()), channel }
    }

    /// A member of staff.
    pub fn staff(staff: StaffId, roles: &[Role], channel: Channel) -> Actor {
        Actor { who: Who::Staff(staff, roles.to_vec()), channel }
    }

    /// The machinery.
    pub const fn system(channel: Channel) -> Actor {
        Actor { who: Who::System, channel }
    }

    /// The roles that this actor brings.
    pub fn roles(&self) -> &[Role] {
        match &self.who {
            Who::Anonymous => &[Role::Anonymous],
            Who::Person(_) => &[Role::Person],
            Who::Agent(_, _, roles) | Who::Staff(_, roles) => roles,
            Who::System => &[Role::System],
        }
    }

    /// The id under which the audit knows this actor.
    pub fn id(&self) -> Option<uuid::Uuid> {
        match &self.who {
            Who::Anonymous | Who::System => None,
            Who::Person(person) => Some(person.uuid()),
            Who::Agent(agent, ..) => Some(agent.uuid()),
            Who::Staff(staff, _) => Some(staff.uuid()),
        }
    }

    /// The word for this actor in the audit.
    pub const fn kind(&self) -> &'static str {
        match &self.who {
            Who::Anonymous => "anonymous",
            Who::Person(_) => "person",
            Who::Agent(..) => "agent",
            Who::Staff(..) => "staff",
            Who::System => "system",
        }
    }
}
