# My home page
home-title = My social insurance
home-hello = Hello, { $name }
home-next = What to do next
home-open-bill = A bill of { $amount } is not paid yet: go on or give it up
home-due = { $count ->
    [one] { $count } month of this year is
   *[other] { $count } months of this year are
} not paid: pay now
home-unread = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
home-owed-back = { $amount } is owed back to you: see it
home-nothing = There is nothing to do now.
home-years = My years
home-years-text = { $count } months paid, { $gaps } months missing in between
years-employer = Paid with an employer
years-oneself = Paid by oneself
years-gap = Not paid
years-table = Show as a table
with-note = { $text } ({ $note })
year = Year
month = Month
state = State
amount = Amount
home-months = Months paid
months-count = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
home-enough = The minimum of { $needed } months is reached. At retirement age a monthly pension can be drawn.
home-left = { $left } months are left to the minimum of { $needed } months.
account-title = Personal account
home-account = Principal of { $year }: { $amount }. Interest is credited at the end of the year.
account-link = Statement of my account
home-more = More
history-title = Contribution history
records-title = Records and vouchers
messages-title = Messages
me-title = My data
seen-title = Who looked at my file
flexible-own-title = Registration as a flexible worker
