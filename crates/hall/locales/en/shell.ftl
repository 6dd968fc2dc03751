# The frame of every page: header, footer, switches, common words

product = Zhijian
skip = Skip to main content
home = Home
nav-display = Language, display and sign-in
nav-crumbs = You are here
switch-lang = 中文
switch-senior = Senior
switch-standard = Standard
sign-in = Sign in
demo-note = Demonstration: all people and amounts are fictitious, and no money is taken.
foot-agency = Social insurance agency of Handan (demonstration)
foot-hotline = Hotline 12333
foot-rules = Rules and rates
foot-privacy = Privacy
foot-accessibility = Accessibility
back-home = Back to the start page
separator = {", "}

# Forms
errors-title = There is a problem
error-title = Error: { $title }
mistake-money = Enter an amount in figures with at most two decimals, such as 3000 or 3000.50
mistake-month = Enter a year and month, such as 2026-07
mistake-date = Enter a date, such as 2026-07-01
mistake-percent = Enter a percentage in figures, such as 60
mistake-between = Enter a figure between { $low } and { $high }
mistake-not-negative = Enter an amount of zero or more
mistake-too-large = This amount is too large to compute with
mistake-not-in-force = “{ $parameter }” has no known value on { $day }. Choose another month, or see on its rule page from when it is known
mistake-not-offered = This tier is not offered in that month. Choose one of those below
mistake-before-rates = That day is before the first known rule on surcharges. Enter a later date

# Workings
working-summary = How was this computed?
working-between = { $amount }, not below { $floor } and not above { $ceiling }
working-at-most = { $amount }, at most the principal of { $cap }
working-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
rounding-fen = Rounded half up to the fen
rounding-yuan = Rounded half up to the yuan
rounding-jiao = Rounded up to the jiao
rounding-down = What is less than a fen is dropped
status-confirmed = Read in the original
status-recalled = Original not yet read
status-uncertain = To be confirmed by the agency
same-question = The link of this question

# Insurances
name-pension = Pension insurance
name-medical = Medical insurance
name-unemployment = Unemployment insurance
name-injury = Work injury insurance
name-maternity = Maternity insurance
name-housing = Housing provident fund
name-left = Take-home pay

# Areas
area-130400 = Handan
area-130000 = Elsewhere in Hebei
