"""The pages that people see: one file each. Functions of the settings, the language and what is known → HTML.

No script, no cookie, no font or picture from elsewhere but the shop's logo. What a person or a shop wrote is put in by
`Markup.format`, which escapes it.
"""
