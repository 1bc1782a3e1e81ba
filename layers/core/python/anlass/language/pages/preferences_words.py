"""What the preference centre says."""

from __future__ import annotations

from collections.abc import Mapping

from anlass.language.pages import fields
from anlass.language.pages.data import HOURS
from anlass.language.pages.layout import Language
from anlass.language.wishes import PAUSE

WORDS: Mapping[Language, Mapping[str, str]] = {
    "de": {
        **fields.WORDS["de"],
        "title": "Ihre Einstellungen",
        "intro": "Bestimmen Sie selbst, was Sie von uns bekommen.",
        "topics": "Was möchten Sie bekommen?",
        "none": "Nachrichten zu Ihren Bestellungen bekommen Sie in jedem Fall.",
        "email": "E-Mail",
        "sms": "SMS",
        "often": "Wie oft?",
        "any": "Wann immer es etwas gibt",
        "weekly": "Höchstens eine Nachricht pro Woche",
        "watching": "Was wir messen",
        "watching_more": "Freiwillig, und ohne Ihr Ja sehen wir es nicht.",
        "tracking": "Sie dürfen sehen, ob ich Ihre E-Mails öffne und welche Links ich anklicke.",
        "phone_hint": "SMS schicken wir Ihnen erst, wenn Sie dem eigens zustimmen.",
        "known": "Ist uns bekannt. Was Sie hier eintragen, gilt stattdessen.",
        "agree": "Mit dem Klick auf „Speichern“ willige ich ein, dass {company} mir die angekreuzten Nachrichten "
        "schickt. Ich kann jederzeit Nein sagen, hier oder an {contact}.",
        "save": "Speichern",
        "pause": "Pause",
        "pause_more": f"Möchten Sie eine Weile nichts hören? Nach {PAUSE.days} Tagen geht es von selbst weiter.",
        "pause_button": f"{PAUSE.days} Tage Pause",
        "paused": "Bis zum {day} schicken wir Ihnen keine Werbung.",
        "resume_button": "Pause beenden",
        "out": "Alles abbestellen",
        "out_more": "Keine Werbung mehr an die Adressen, die zu diesen Einstellungen gehören. Haben Sie eine andere "
        "Adresse oder Nummer eigens angemeldet, sagen Sie es uns bitte für diese noch einmal.",
        "withdraw_button": "Alles abbestellen",
        "data": "Ihre Daten",
        "data_more": f"Sie bekommen von uns eine E-Mail mit einem Link, der {HOURS} Stunden gilt. So kommt nur heran, "
        "wer Ihre E-Mails liest.",
        "data_button": "Meine Daten herunterladen",
        "erasure_button": "Meine Daten löschen",
        "past": "Dieser Link kam an eine frühere E-Mail-Adresse. Abwählen können Sie hier alles; dazuwählen und "
        "ergänzen können Sie über den Link in einer neueren E-Mail.",
        "saved": "Gespeichert. Danke!",
        "unchanged": "Es bleibt alles, wie es ist.",
        "did_pause": "Gut, wir machen Pause.",
        "did_resume": "Die Pause ist beendet.",
        "did_withdraw": "Sie sind abgemeldet. An die Adressen, die zu diesen Einstellungen gehören, schicken wir keine "
        "Werbung mehr.",
        "did_data": "Die E-Mail mit dem Link ist unterwegs zu Ihnen.{reach}",
        "did_erasure": "Die E-Mail, mit der Sie das Löschen bestätigen, ist unterwegs zu Ihnen.{reach}",
        "reach": " Kommt keine an, schreiben Sie uns an {address}.",
        "outdated": "Der Text hat sich gerade geändert. Was Sie abgewählt haben, ist gespeichert; bitte prüfen Sie, "
        "was Sie ankreuzen möchten, und speichern Sie noch einmal.",
        "wrong": "Das konnten wir nicht übernehmen. Bitte prüfen Sie die markierten Felder; gespeichert ist noch "
        "nichts.",
    },
    "en": {
        **fields.WORDS["en"],
        "title": "Your settings",
        "intro": "You decide what you get from us.",
        "topics": "What would you like to get?",
        "none": "You get messages about your orders in any case.",
        "email": "E-mail",
        "sms": "Text message",
        "often": "How often?",
        "any": "Whenever there is something",
        "weekly": "At most one message a week",
        "watching": "What we measure",
        "watching_more": "Optional, and without your yes we do not see it.",
        "tracking": "You may see whether I open your e-mails and which links I click.",
        "phone_hint": "We send text messages only if you agree to them separately.",
        "known": "We know it. What you enter here takes its place.",
        "agree": "By clicking on “Save” I agree that {company} sends me the messages that are ticked. I can say no at "
        "any time, here or to {contact}.",
        "save": "Save",
        "pause": "Take a break",
        "pause_more": f"Would you like to hear nothing for a while? After {PAUSE.days} days we go on by ourselves.",
        "pause_button": f"{PAUSE.days} days' break",
        "paused": "We send you no advertising until {day}.",
        "resume_button": "End the break",
        "out": "Unsubscribe from everything",
        "out_more": "No more advertising to the addresses that belong to these settings. If you subscribed with "
        "another address or number separately, please tell us once more for that one.",
        "withdraw_button": "Unsubscribe from everything",
        "data": "Your data",
        "data_more": f"We send you an e-mail with a link that is good for {HOURS} hours. So nobody gets at it but who "
        "reads your e-mails.",
        "data_button": "Download my data",
        "erasure_button": "Delete my data",
        "past": "This link came to an earlier e-mail address. You can deselect everything here; to select or add "
        "anything use the link in a newer e-mail.",
        "saved": "Saved. Thank you!",
        "unchanged": "Everything stays as it is.",
        "did_pause": "Good, we take a break.",
        "did_resume": "The break is over.",
        "did_withdraw": "You are unsubscribed. We send no more advertising to the addresses that belong to these "
        "settings.",
        "did_data": "The e-mail with the link is on its way to you.{reach}",
        "did_erasure": "The e-mail with which you confirm the deletion is on its way to you.{reach}",
        "reach": " If none arrives, write to us at {address}.",
        "outdated": "The text has just changed. What you deselected is saved; please check what you would like to "
        "select, and save once more.",
        "wrong": "We could not take that over. Please check the marked fields; nothing has been saved yet.",
    },
}
