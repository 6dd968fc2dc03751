//! The rows of the permission matrix: everything that can be asked of the desk, by the name it has in the audit.

kernel::words! {
    /// An action. Who may do it to whose file stands in [`crate::reach`].
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Action {
        /// Open an account by real-name check or counter code.
        OpenAccount = "open_account",
        /// Sign in by password, SMS code or counter code.
        SignIn = "sign_in",
        /// Ask for a one-time code by SMS.
        SendCode = "send_code",
        /// End a session.
        SignOut = "sign_out",
        /// Change the own password or sign-in phone.
        ChangeSignIn = "change_sign_in",
        /// Give a person a one-time code at the counter.
        IssueCounterCode = "issue_counter_code",
        /// Sign in a member of staff.
        StaffSignIn = "staff_sign_in",
        /// Add a member of staff or change their roles.
        ManageStaff = "manage_staff",
        /// Register an employer.
        RegisterEmployer = "register_employer",
        /// Change an employer's data.
        ChangeEmployerData = "change_employer_data",
        /// Add an employer's agent, change their rights, take them away.
        ManageAgents = "manage_agents",
        /// Sign in an employer's agent.
        AgentSignIn = "agent_sign_in",
        /// Look at an employer's file: its staff, bills, debts.
        LookAtEmployer = "look_at_employer",
        /// Enrol, suspend, resume, move staff of an employer.
        EnrolStaff = "enrol_staff",
        /// Declare the bases of an employer's staff.
        DeclareBase = "declare_base",
        /// Hand in an employer's annual inspection.
        InspectEmployer = "inspect_employer",
        /// Assess a month for all employers.
        AssessMonth = "assess_month",
        /// Issue an employer's demand note.
        IssueDemand = "issue_demand",
        /// Pay an employer's demand note.
        PayDemand = "pay_demand",
        /// Pay back omitted months of an employer's staff.
        BackPay = "back_pay",
        /// Take in what the tax office collected.
        ImportTaxDetail = "import_tax_detail",
        /// Enter a person into the registry.
        RegisterPerson = "register_person",
        /// Register oneself as a flexible worker.
        RegisterFlexible = "register_flexible",
        /// Resume as a flexible worker.
        ResumeFlexible = "resume_flexible",
        /// Suspend oneself as a flexible worker.
        SuspendFlexible = "suspend_flexible",
        /// Change data of a person, with before, after and reason.
        ChangePersonData = "change_person_data",
        /// Link or unlink two entries of one person.
        MergePersons = "merge_persons",
        /// Look at a person's file.
        LookAtFile = "look_at_file",
        /// Search the registry.
        SearchRegistry = "search_registry",
        /// Pay contributions: bill and order.
        PayContribution = "pay_contribution",
        /// Give up an unpaid bill.
        CancelBill = "cancel_bill",
        /// Write down what the gateway answered to an order.
        RecordAttempt = "record_attempt",
        /// Settle money that a gateway reports.
        SettlePayment = "settle_payment",
        /// Close an order that nobody paid.
        CloseOrder = "close_order",
        /// Give money back.
        RefundPayment = "refund_payment",
        /// Compare the gateway's day with orders and books.
        ReconcileDay = "reconcile_day",
        /// Charge the difference after the year's limits were published (补差).
        AssessSupplement = "assess_supplement",
        /// Credit a year's interest to the accounts.
        CreditInterest = "credit_interest",
        /// Do what a work item asks for.
        HandleWorkItem = "handle_work_item",
        /// Review what a colleague did with a work item.
        ReviewWorkItem = "review_work_item",
        /// Issue a record or voucher.
        IssueRecord = "issue_record",
        /// Download all of one's own data.
        ExportFile = "export_file",
        /// Read a message or change the own choice of channels.
        ReadMessages = "read_messages",
        /// Send what waits in the outbox.
        SendMessage = "send_message",
        /// Seal audit lines and journals.
        Seal = "seal",
        /// Claim, finish or give up a job.
        RunJob = "run_job",
        /// Read the books.
        ReadBooks = "read_books",
        /// Post a journal by hand.
        PostJournal = "post_journal",
        /// Load a synthetic or old population.
        LoadPopulation = "load_population",
        /// Rotate keys.
        RotateKeys = "rotate_keys",
    }
}
