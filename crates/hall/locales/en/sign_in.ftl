# Signing in
sign-in-title = Sign in
sign-in-ways = Ways to sign in
sign-in-by-password = With a password
sign-in-by-sms = With a code by text message
sign-in-by-counter = Without a phone
sign-in-counter-hint = Without a phone, take your identity card to any counter for a one-time code and use it together with your password.
sign-in-none = No account yet?
sign-in-forgotten = Forgotten your password?
sign-in-forgotten-link = Set a new one with a code from the counter
sign-out = Sign out
field-id-number = Identity number
field-id-number-hint = 18 characters, or 15 as on old cards; X in either case
field-password = Password
field-counter-code = Code from the counter
field-counter-code-hint = The 8 digits that the counter gave you, valid for 24 hours
field-sms-code = Code from the text message
field-sms-code-hint = 6 digits, valid for 5 minutes
code-send = Send a code
code-send-again = Send another code
code-sent = If this number has an account with a phone, a code is on its way. Look at your text messages.
mistake-id-number = Check the identity number: it has 18 or 15 characters
mistake-sign-in = Identity number and password or code do not fit
mistake-too-many = Too many tries. Try again in { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
