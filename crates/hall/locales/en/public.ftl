# Public pages: start, insurances, calculators, rules, privacy, accessibility, verification

# Start page
start-title = Social insurance online
start-lead = If you pay your own pension contributions, do it from home: see what you owe and why, and get your receipt at once.
start-sign-in = Sign in
start-open-account = First time here? Open an account
start-who = Who it is for
start-who-text = Flexible workers and the self-employed who pay pension contributions. Every insured person can see and print their record.
start-bring = What you need
start-bring-text = Your identity number and a mobile phone in your own name. Without a phone, ask for a code at any counter.
start-long = How long it takes
start-long-text = Paying takes four pages and about three minutes. Open 24 hours a day.
start-tiles = What you can do
tile-pay = Pay
tile-pay-text = Choose months, choose a tier, pay
tile-rights = My record
tile-rights-text = Which months are paid, what is in the account
tile-record = Print the record
tile-record-text = Sealed, with a QR code, at any time
tile-calculate = Calculate
tile-calculate-text = Work it out first, without signing in
tile-verify = Verify
tile-verify-text = Check whether a printed record is genuine
start-insurances = What each insurance is for
start-insurances-hint = Choose a name to see who pays, how much, and by which document.
start-example = With a wage of 3,000 yuan a worker pays each month
start-example-text = On a base of { $base } yuan: pension 8%, medical 2%, unemployment 1%. The employer alone pays for work injury and maternity.
start-example-picture = What the worker pays: pension, medical, unemployment
start-example-open = See the whole working
start-minimum = For how long to pay
start-minimum-hint = With these years paid, benefits begin at retirement age. If years are missing, you can go on paying.
start-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
}
start-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
start-minimum-law = see the rule
start-help = If you need a person
start-help-text = Call 12333 or come to any counter. The counter can do the same for you and asks for no other papers.

purpose-pension = For old age: a monthly pension from the statutory retirement age on.
purpose-medical = Pays back medical costs when you are ill.
purpose-unemployment = A living allowance for some time after you lose your job.
purpose-injury = Pays for treatment and compensation when you are hurt at work.
purpose-maternity = Pays for childbirth and an allowance during leave.
purpose-housing = Long-term savings for buying or renting a home. Not a social insurance: the housing fund centre runs it.
payers-pension = Employer and worker pay together. Flexible workers pay for themselves: part goes to their own account, the rest to the pooled fund.
payers-medical = Employer and worker pay together. Flexible workers may choose pooled cover only, or cover with an own account.
payers-unemployment = Employer and worker pay together.
payers-injury = The employer pays all of it and the worker nothing. The rate depends on the risk of the industry.
payers-maternity = The employer pays all of it and the worker nothing. Collected with medical insurance since 2019.
payers-housing = Employer and worker pay the same, at a rate between 5% and 12% that the employer chooses. Shown here for calculation only.
get-pension = After the minimum number of months, a monthly pension for life from retirement age on. Paying more, or longer, makes it higher.
get-medical = Medical costs are paid back while you are insured, and after retirement without paying, once you have paid for long enough.
get-unemployment = If you lose your job against your will, have paid for a year and are registered as seeking work, an allowance by the years you paid.
get-injury = Treatment, disability grants and allowances, care; after a death at work, the funeral and a pension for the family.
get-maternity = Medical costs of childbirth and a maternity allowance.
get-housing = Withdraw it to buy, to rent or to repay, or borrow from the fund. Ask the housing fund centre.
insurance-who-pays = Who pays
insurance-figures = How much today
insurance-get = What you get
insurance-calculate = Work it out

# Calculators
calculators-title = Calculators
calculators-lead = No sign-in needed, and what you enter is not kept.
calculators-note = The formulas and rates are the very ones that make real bills. Results are for guidance; the bill decides.
calculate = Calculate
field-month = Month
field-month-hint = Year and month, such as 2026-07
field-area = Insured in
answer-empty = The answer appears here
employee-title = What leaves my wage
employee-lead = The five insurances of an employee: what you pay and what the employer pays.
employee-wage = Monthly wage (yuan)
employee-wage-hint = Last year's monthly average, or the first month's wage if you are new
employee-more = More: housing fund, class of industry
employee-housing = Housing fund rate (%)
employee-housing-hint = 5 to 12; leave empty if there is none
employee-class = Work injury class of the employer
employee-class-hint = Leave it if you do not know: only the employer pays
employee-class-unknown = I do not know
employee-class-number = Class { $number }
employee-example-link = See the example of 3,000 yuan
employee-total = { $month }: you pay
employee-picture = Where the wage goes
employee-insurance = Insurance
employee-you = You (yuan)
employee-employer = Employer (yuan)
employee-nothing = nothing
employee-missing = The rate of that month is not yet established, so it is left out
employee-missing-injury = Paid by the employer; the rate depends on the industry
employee-sum = Total
employee-housing-other = run by the housing fund centre
employee-base = Contribution base
employee-left = Left of the wage
employee-tax-note = Income tax is not taken off.
employee-missing-note = For some insurances the rate of that month is not established. We would rather leave it out than make a figure up.
employee-example-note = This is the worked example of a newspaper article. Its 1% for unemployment differs from the rule of its time, so it is shown here and never used for a bill.
employee-empty = Enter a wage and a month, then choose “Calculate”.
flexible-title = What I pay for my own pension
flexible-lead = Flexible workers choose a tier; part of what they pay goes to their own account.
flexible-percent = Tier (%)
flexible-percent-hint = Percent of the average wage, such as 60 or 100
flexible-total = { $month }, { $percent }% tier: you pay
flexible-account = To your own account
flexible-pooled = To the pooled fund
flexible-tiers = The tiers of { $month }
flexible-tiers-hint = Choose a percentage to see its working.
flexible-picture = Monthly amount of each tier
flexible-tier = Tier
flexible-month-total = A month
flexible-prepaid = This year's limits are not published yet: one prepays by last year's and settles the difference later, without surcharge.
flexible-empty = Choose a month and a tier, then “Calculate”.
late-payment-title = What paying late costs
late-payment-lead = A surcharge runs by the day from the day after the due day.
late-principal = Amount owed (yuan)
late-principal-hint = Without the surcharge
late-due = Last day to pay in time
late-due-hint = Year, month and day, such as 2026-03-31
late-paid = Day of payment
late-paid-hint = This day counts
late-total = { $count ->
    [one] Surcharge for { $count } day
   *[other] Surcharge for { $count } days
}
late-together = Together with the amount owed
late-empty = Enter an amount and two dates, then choose “Calculate”.

# Rules
rules-title = Rules and rates
rules-lead = Every figure that the system computes with, and the document it comes from.
rules-open = { $rows } values in all. For { $open } the original has not been read or the agency must still confirm them, one by one, before real use.
rule-name = Parameter
rule-today = Today
rule-on = On { $day }
rule-law = Source
rule-status = Checked
rule-status-text = Checked: “read in the original” means the full text was read; “original not yet read” means the figure comes from copies; “to be confirmed” means that sources differ. The parameter is called
rule-unknown = not known
rule-unknown-text = Today's value is not established, so none is given.
rule-rows = Values over the years
rule-from = From
rule-to = To
rule-value = Value
rule-still = still
list-separator = {", "}
value-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
value-times = { $count } times
value-working-days = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
}
value-month-day = { $day }/{ $month } (day/month)
word-agency = the agency
word-tax-office = the tax office
word-fen = to the fen
word-yuan = to the yuan
word-none = no cap
word-principal = capped at the principal
word-tiers = only the tiers listed
word-range = anything within the range
word-records-only = records only
word-money = the money as well
word-old = the old rule
word-new = the new rule
word-jiao = up to the jiao
word-monthly = month product
word-annual = annual method
word-half-rate = half the rate for the year's credits
word-not-yet = not yet
word-kept = kept
word-average = as the average index
word-interpolated = interpolated by months of age
word-whole = by whole years of age
word-F55 = as women in posts of 55
word-receipt-month = from the month of receipt
word-fee-month = from the fee month
word-average-wage = the average wage of the province
word-own-average = the own average of the year before
word-sum-of-bases = the sum of bases
word-payroll = the payroll
word-month-first = month by month, oldest first
word-principal-first = all principal first
word-surcharge = a surcharge
word-no-surcharge = no surcharge
word-month-end = the last day of the month
word-calendar-year = within the calendar year
word-half-year-of-birth = in the half year of birth
word-twelve-months = twelve months from the last pass
word-required = comparison and contact first
word-not-required = not required
word-yearly = each year
word-transition = transition
word-ended = ended
rule-otherwise = Another source says { $value } ({ $document })
rule-picture = Lowest { $low }, highest { $high }
branch-pension = Pension insurance
branch-flexible = Tiers of flexible workers
branch-base = Contribution base
branch-account = Personal account
branch-medical = Medical insurance
branch-unemployment = Unemployment insurance
branch-injury = Work injury insurance
branch-maternity = Maternity insurance
branch-surcharge = Surcharge
branch-collection = Who collects
branch-housing-fund = Housing provident fund
branch-retirement = Retirement age
branch-certification = Certification
branch-survivor = Funeral grant and consolation
branch-transfer = Transfer of the relation
branch-minimum-wage = Minimum wage
branch-income = Disposable income
branch-inspection = Yearly inspection
branch-allowance = Sickness and disability allowance
branch-deadline = Deadlines
branch-reform = The ten reforms
branch-roster = Joining and leaving
level-national = National rule
level-hebei = Rule of Hebei
level-handan = Rule of Handan
level-seed = Example of the article
unit-ratio = share
unit-ratios = share by class
unit-yuan-month = yuan a month
unit-yuan-year = yuan a year
unit-months = number of months
unit-months-list = numbers of months, by tier
unit-days = number of days
unit-working-days = number of working days
unit-times = times
unit-percent = percent
unit-percents = percent, by tier
unit-month-day = a day of each year
unit-text = a choice

# Privacy
privacy-title = Privacy
privacy-what-title = What we keep
privacy-what-text = Who you are, the facts of your insurance and payments, and what you did here. Identity, phone and bank numbers are stored encrypted and shown masked.
privacy-why-title = Why
privacy-why-text = The Social Insurance Law and its handling rules require us to record contributions, compute benefits and issue papers. Nothing else is done with the data, and there is no advertising.
privacy-who-title = Who can see it
privacy-who-text = You, and the staff who handle your business. Every look leaves a line: sign in to see who looked, when and why.
privacy-cookies-title = What your browser keeps
privacy-cookies-text = Only language, display and sign-in. Nothing tracks you, and no request goes to anybody else.
privacy-rights-title = Your rights
privacy-rights-text = Sign in to see and download all your data or ask for a correction. If you object to how it is used, call 12333 or come to a counter.

# Accessibility
accessibility-title = Accessibility
accessibility-what-title = What we aim for
accessibility-what-text = GB/T 37668-2019 and level AA of WCAG 2.2. Everything can be done with the keyboard alone or with a screen reader.
accessibility-senior-title = Senior edition
accessibility-senior-text = “Senior” at the top of each page: larger letters and buttons, stronger contrast, no advertising, no pop-ups and no hurry.
accessibility-ways-title = Without the internet
accessibility-ways-text = Without a smartphone you can sign in with a password and a code from a counter, or let the staff of a counter do the same for you.
accessibility-limits-title = What we cannot do yet
accessibility-limits-text = There is no reading aloud and no dialect. Names with a few very rare characters must be printed at a counter.
accessibility-tell-title = Tell us
accessibility-tell-text = If something does not work for you, call 12333 and name the page. We answer.

# Verification
verify-title = Verify a record or voucher
verify-lead = No sign-in needed. Only masked facts are shown.
verify-code = Verification code
verify-code-hint = Printed beside the QR code: 16 letters and digits
verify-ask = Check
verify-code-mistake = Enter the verification code of 16 letters and digits that is printed beside the QR code
verify-note = You can also scan the QR code on the paper. If the address it opens is not ours, do not trust it.

debts-lead = What somebody owes and what that stops, as it holds on { $day }. Where a reform changed the answer, the earlier one stands below it.
debts-owed = What is owed
debts-before = before: { $verdict }
debts-act-enrol = Enrolling staff
debts-act-retire = Retiring
debts-act-transfer_out = Moving the pension relation elsewhere
debts-act-claim_unemployment = Claiming unemployment benefit
debts-situation-own_months = For the person's own months
debts-situation-other_months = For other people's months only
debts-situation-own_months_bankrupt = For own months, employer bankrupt
debts-situation-other_months_bankrupt = For others' months only, employer bankrupt
debts-link = Which debt blocks which act
