# Calculators: retirement, pension, unemployment, survivors, transfer

shelf-old-age = Retirement and pension
shelf-paying = Contributions
shelf-life = Unemployment, moving, survivors
from-record = The figures below come from your own record, and this look is written down under “Who looked at my record”. Change them and calculate again; nothing is kept.

# Shared
field-category = Category
field-category-hint = It decides the retirement age; for women, by the post held before retiring
field-birth = Month of birth
field-birth-hint = Such as 1975-03
category-M60 = Man
category-F55 = Woman in a management or technical post
category-F50 = Woman in a production post
category-FF = Woman who pays for herself
category-M55S = Man in special work
category-F45S = Woman in special work
category-M50D = Man, sick retirement (to the end of 2024)
category-F45D = Woman, sick retirement (to the end of 2024)
age-years = { $count ->
    [one] { $count } year old
   *[other] { $count } years old
}
age-years-months = { $count ->
    [one] { $count } year
   *[other] { $count } years
} { $months ->
    [one] { $months } month
   *[other] { $months } months
} old
span-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
}
span-years-months = { $count ->
    [one] { $count } year
   *[other] { $count } years
} { $months ->
    [one] { $months } month
   *[other] { $months } months
}
mistake-count = Enter a whole number, such as 180
mistake-choice = Choose one of the list
mistake-index = Enter an index, such as 0.8 or 1
mistake-between-months = Enter a month between { $low } and { $high }
mistake-more-than-age = There cannot be more months than the age has; please check
mistake-more-deemed = Deemed months are a part of all months and cannot be more
mistake-too-young = The age at retirement is below the first age of the divisor table (40); check the months of birth and retirement
mistake-bases = Enter the sum of a year's bases on each line, the amount only
mistake-beyond-calendar = The years that follow from this month lie outside 1900 to 2199; please check
mistake-year = Enter a year, such as 2025
mistake-too-many-years = Enter at most 100 years
mistake-place = Enter the name of a place
same-question-hint = Copy this address to ask the same again. It holds the figures you entered, so think before you send it to others
same-question-open = Open this link
working-within = { $count ->
    [one] Made from this step
   *[other] Made from these { $count } steps
}
working-smaller = the smaller of { $amount } and { $cap }
working-larger = the larger of { $amount } and { $floor }
working-not-below-nothing = { $amount }, not below { $floor }
working-then = {"; "}
working-whole-part = whole part of (
working-whole-part-end = )
rounding-decimals = Half up to { $decimals } decimals
name-basic = Basic pension
name-account = Account pension
name-transitional = Transitional pension

# When do I retire
retirement-title = When do I retire
retirement-lead = The month of retirement by category and birth, and how much earlier or later one may choose.
retirement-wish = Month you would like to retire in (optional)
retirement-wish-hint = Leave empty for the statutory age; such as 2034-09
retirement-timing-statutory = You reach the statutory age in
retirement-timing-early = The month you chose (flexible, early)
retirement-timing-late = The month you chose (flexible, late)
timing-statutory = statutory age
timing-early = early
timing-late = late
retirement-original = Month of the age before the reform
retirement-delay = Statutory age delayed by
retirement-first-payment = First pension in
retirement-minimum = To be paid at least
retirement-minimum-text = By the rule of { $year }, { $minimum } must be paid for a monthly pension. Whoever has less may go on paying until it is enough.
retirement-how-much = How much would that be
retirement-choice = Earlier or later
retirement-choice-hint = At most three years earlier, never before the age of the time before the reform; at most three years later, agreed with the employer. Choose a month to see its working.
retirement-month = Month of retirement
retirement-age = Age then
retirement-notice = Tell or agree with the employer by
retirement-notice-none = nothing to tell
retirement-no-choice = This month lies before 2025, or it is special work or sick retirement: there is nothing to choose.
retirement-empty = Choose a category, enter the month of birth, then choose “Calculate”.

# Pension
pension-title = About how much will my pension be
pension-lead = See what paying more, paying longer, retiring earlier or later makes of it.
pension-person = Who you are
pension-so-far = So far
pension-months = Months paid
pension-months-hint = To the end of last year, deemed months included, such as 180; it stands on the record of entitlements
pension-balance = Balance of the personal account (yuan)
pension-balance-hint = From the last yearly statement
pension-index = Average contribution index
pension-index-hint = 1 for whoever always paid on the average wage, 0.6 on 60% of it
pension-details = More: year of the statement, deemed months
pension-year = Year of the statement
pension-year-hint = The figures above are those at its end
pension-deemed = Of these, deemed months
pension-deemed-hint = Months of work before accounts began; 0 if there are none
pension-from-now = From now on
pension-percent = Paying on so many percent of the average wage
pension-percent-hint = 60 to 300; for employees the wage over the average wage
pension-until = Paying until (optional)
pension-until-hint = Leave empty to pay until retirement; such as 2035-12
pension-retire = Retiring in (optional)
pension-retire-hint = Leave empty for the statutory age
pension-total = Retiring in { $month } ({ $age }), a month about
pension-missing = { $missing } would still be missing of the minimum of { $minimum }, so no monthly pension. Pay longer or retire later: see the comparison below.
pension-picture = What the pension is made of
pension-monthly = If you pay for yourself, a month
pension-to-come = Still to be paid
pension-months-then = Paid in all
pension-minimum = To be paid at least
pension-index-then = Average index
pension-balance-then = Account balance
pension-divisor = Divisor months
pension-today = All of it by today's average wage and limits and the last published crediting rate and calculation base, without any growth to come: read it as “in the money of today”. What is decided at retirement counts.
pension-otherwise = What if
pension-more = Paying more
pension-more-hint = Everything else stays, only the tier changes.
pension-more-what = Tier
pension-longer = Paying longer
pension-longer-hint = Everything else stays, only the last month paid changes.
pension-longer-what = Paying until
pension-when = Retiring earlier or later
pension-when-hint = Everything else stays, only the month of retirement changes, within what may be chosen.
pension-when-what = Month of retirement
pension-month = Pension a month (yuan)
pension-difference = Difference (yuan)
pension-this-one = your choice
pension-picture-rows = The pension of each choice; the figures stand in the table below
pension-legend-missing = not enough months
pension-row-tier = { $percent }% tier
pension-row-monthly = { $amount } a month
pension-row-stop = paying nothing more
pension-row-go-on = until retirement
pension-row-until = until { $month }
pension-row-missing = { $missing } missing, no monthly pension
pension-empty = Plain figures stand in the form: put in your own, then choose “Calculate”. If you sign in they are filled in for you.

# Unemployment
unemployment-title = How many months of unemployment benefit
unemployment-lead = The most months by the time paid before, and how much a month.
unemployment-paid = Months paid for unemployment insurance
unemployment-paid-hint = Before this spell and since the last benefit ended
unemployment-on = Day of registration
unemployment-on-hint = Such as 2026-07-01
unemployment-carried = Months left over last time (optional)
unemployment-carried-hint = Only if you drew the benefit before and did not use it up
unemployment-tier = Minimum wage tier of the county
unemployment-tier-hint = The benefit is a share of the local minimum wage
wage-tier-highest = highest
wage-tier-middle = middle
wage-tier-lowest = lowest
unemployment-months = At most
unemployment-monthly = A month
unemployment-whole = For all months
unemployment-not-known = How much a month cannot be said now:
unemployment-nothing = Less than a year was paid, so there are no months to draw. What was paid is not lost: it counts on when you work again.
unemployment-note = You must also have lost your work against your will, be registered, and look for work. Medical insurance is paid by the fund meanwhile.
unemployment-empty = Enter the months paid and the day of registration, then choose “Calculate”.

# Survivors
survivor-title = Funeral grant and consolation payment
survivor-lead = What the family receives from the pension fund when an insured or retired person dies.
survivor-death = Month of death
survivor-death-hint = Such as 2025-07; by the urban income of the province in the year before
survivor-paid = Months paid for the pension
survivor-paid-hint = Deemed months included
survivor-drawn = Months of pension drawn (optional)
survivor-drawn-hint = Leave empty if the person had not retired
survivor-own = What the person paid in all (yuan, optional)
survivor-own-hint = Only needed if less than five years were paid
survivor-total = For the family in all
survivor-funeral = Funeral grant
survivor-consolation = { $count ->
    [one] Consolation payment ({ $count } month)
   *[other] Consolation payment ({ $count } months)
}
survivor-limit-not-reached = Less than five years were paid, so both together stop at what the person paid; they do not reach it.
survivor-limit-reached = Less than five years were paid, so both together stop at what the person paid.
survivor-limit-not-known = Less than five years were paid, so both together stop at what the person paid; that was not given, and nothing was cut here.
survivor-note = What is left in the personal account is inherited besides. Only one of the funeral grants of pension, work injury and unemployment insurance is paid.
survivor-empty = Enter the month of death and the months paid, then choose “Calculate”.

# Transfer
transfer-title = What moves with me to another province
transfer-lead = All of the personal account, and a part of what employers paid.
transfer-account = Balance of the personal account (yuan)
transfer-account-hint = On the day of the transfer
transfer-bases = Bases of each year, added up (yuan)
transfer-bases-hint = A year a line, from 1998 on; such as 48000
transfer-on = Day of the transfer
transfer-on-hint = Such as 2026-07-01
transfer-total = Moves in all
transfer-account-part = Personal account
transfer-unit-part = { $count ->
    [one] Employers' part ({ $count } year)
   *[other] Employers' part ({ $count } years)
}
transfer-note = The money goes from one agency to the other and through nobody's hands; the months move with it. Within the province only the relation moves.
transfer-empty = Enter the balance and the bases of each year, then choose “Calculate”.

# Place of benefit
place-title = Where will my pension be paid
place-lead = For those insured in several places: which one decides and pays the pension.
place-household = Place of the household
place-household-hint = Such as Handan
place-row = Place { $number }
place-area = Name (always the same for the same place)
place-months = Months paid
place-kind = Kind of account
relation-kind-ordinary = ordinary
relation-kind-temporary = temporary
place-on = Day of retirement
place-on-hint = Such as 2026-07-01
place-answer = Decided and paid by
place-note = Enter the places in order of time, the present one last. Men from 50 and women from 40 who first join outside their province have a temporary account.
place-empty = Enter the household place and where you were insured, then choose “Calculate”.

late-capped = By another reading the surcharge stops at the amount owed; it would then be { $amount }.
late-capped-rule = see where that comes from
start-calculators = Work it out first
start-calculators-hint = Without signing in: a few figures and there is an answer.
value-many = { $first } to { $last }, { $count } values
rules-branches = By branch
