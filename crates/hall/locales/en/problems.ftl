# Why something was refused: three sentences a code. What happened, why, what to do now.

problem-case = If you call us, please give the number
problem-why = Why
problem-now = What to do now
problem-code = Code

problem-general-title = This cannot be done now
problem-general-detail = The rules do not allow it, and none of your data was changed.
problem-general-way-out = Go back, check what you entered and try again. If it still fails, call 12333.
problem-internal-title = Something went wrong on our side
problem-internal-detail = It is our fault and not yours. Nothing was left half done.
problem-internal-way-out = Try again later. If you have just paid, do not pay again: look at your payments first.
problem-not-found-title = There is no such page
problem-not-found-detail = The address may be misspelt, or what is here is not yours.
problem-not-found-way-out = Start again from the start page.
problem-method-not-allowed-title = This cannot be opened like that
problem-method-not-allowed-detail = This address is reached by a button on a page.
problem-method-not-allowed-way-out = Start again from the start page.
problem-foreign-form-title = The form came from another site
problem-foreign-form-detail = To protect you, other sites may not send forms in your name.
problem-foreign-form-way-out = Open this site itself and fill the form in again.
problem-too-large-title = Too much was sent
problem-too-large-detail = Only ordinary forms are taken here, no large files.
problem-too-large-way-out = Send less and try again.
problem-too-slow-title = It took too long
problem-too-slow-detail = The system is busy and did not finish in time.
problem-too-slow-way-out = Try again later. If you have just paid, do not pay again: look at your payments first.
problem-unreadable-title = What was sent does not read
problem-unreadable-detail = Something is missing or of the wrong form.
problem-unreadable-way-out = Go back and fill it in again.
problem-unknown-area-title = There are no rules for this area
problem-unknown-area-detail = Only the parameters of Hebei and Handan are known.
problem-unknown-area-way-out = Choose the area again.
problem-not-signed-in-title = Sign in first
problem-not-signed-in-detail = This is for its owner only. Your sign-in may have run out.
problem-not-signed-in-way-out = Sign in and try again.
