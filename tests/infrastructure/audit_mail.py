"""Mail that authenticates, reports what became of it, and follows nobody."""

from __future__ import annotations

from collections.abc import Iterator

from tests.infrastructure.audit_stack import ACCOUNT, PARTITION, Stack, listed

NEEDED = {"BOUNCE", "COMPLAINT", "DELIVERY", "REJECT", "SEND", "RENDERING_FAILURE", "DELIVERY_DELAY"}
WATCHING = {"OPEN", "CLICK"}  # each mail says itself what of it is on, and only those of who consented name that set


def mail_is_sent_with_care(stack: Stack) -> Iterator[str]:
    sets = stack.all("SES::ConfigurationSet")
    if sorted(mail.name.endswith("-tracked") for mail in sets) != [False, True]:
        yield "there are not two configuration sets, one of them for mails that may be watched"
    for mail in sets:
        if mail.at("DeliveryOptions", "TlsPolicy") != "REQUIRE":
            yield f"{mail} sends unencrypted"
        if mail.at("ReputationOptions", "ReputationMetricsEnabled") is not True:
            yield f"{mail} does not measure who complains"
        if mail.at("SendingOptions", "SendingEnabled") is not True:
            yield f"{mail} does not send"
        if set(listed(mail.at("SuppressionOptions", "SuppressedReasons"))) != {"BOUNCE", "COMPLAINT"}:
            yield f"{mail} writes to who complained or cannot be reached"
        if mail.at("TrackingOptions") is not None:
            yield f"{mail} follows people"


def reports_reach_the_bus(stack: Stack) -> Iterator[str]:
    bus = f"arn:{PARTITION}:events:{stack.stage.region}:{ACCOUNT}:event-bus/default"
    reports = stack.all("SES::ConfigurationSetEventDestination")
    told = []
    for report in reports:
        mail = stack.named(report.at("ConfigurationSetName"), "SES::ConfigurationSet")
        where = report.at("EventDestination") or {}
        if mail is None or mail.id not in listed(report.attributes.get("DependsOn")):
            yield f"{report.id} is of no configuration set, or made before it"
        if where.get("Enabled") is not True or where.get("EventBridgeDestination") != {"EventBusArn": bus}:
            yield f"{report.id} does not report to the default bus"
        if not where.get("Name"):
            yield f"{report.id} has no name"
        watched = WATCHING if str(report.at("ConfigurationSetName")).endswith("-tracked") else set()
        if set(listed(where.get("MatchingEventTypes"))) != NEEDED | watched:
            yield f"{report.id} reports too little, or opens and clicks, which put SES's pixel and links into mails"
        told.append(report.at("ConfigurationSetName"))
    if told != [mail.name for mail in stack.all("SES::ConfigurationSet")]:
        yield "what became of mails is not reported once"
    heard = [
        rule.at("EventPattern", "detail", "mail", "tags")
        for rule in stack.all("Events::Rule")
        if rule.at("EventPattern", "source") == ["aws.ses"]
    ]
    if heard != [{"ses:configuration-set": [mail.name for mail in stack.all("SES::ConfigurationSet")]}]:
        yield f"a rule hears {heard}, not what this stage's mails report"


def the_domain_is_the_shops(stack: Stack) -> Iterator[str]:
    identities = stack.all("SES::EmailIdentity")
    if [identity.name for identity in identities] != [stack.stage.mail_domain]:
        yield f"mail comes from {[identity.name for identity in identities]}"
    for identity in identities:
        if identity.at("DkimAttributes", "SigningEnabled") is not True:
            yield f"{identity} does not sign"
        if identity.at("DkimSigningAttributes", "NextSigningKeyLength") != "RSA_2048_BIT":
            yield f"{identity} signs with a short key"
        if not str(identity.at("MailFromAttributes", "MailFromDomain")).endswith(f".{identity.name}"):
            yield f"bounces of {identity} go to another domain: SPF and DKIM do not align"
        if identity.at("MailFromAttributes", "BehaviorOnMxFailure") not in ("USE_DEFAULT_VALUE", "REJECT_MESSAGE"):
            yield f"{identity} does not say what happens when the bounce domain is gone"
        if identity.at("FeedbackAttributes", "EmailForwardingEnabled") is not False:
            yield f"{identity} sends bounces to people"
        mail = stack.named(identity.at("ConfigurationSetAttributes", "ConfigurationSetName"), "SES::ConfigurationSet")
        watched = mail is not None and mail.name.endswith("-tracked")
        if mail is None or watched or mail.id not in listed(identity.attributes.get("DependsOn")):
            yield f"{identity} sends without a configuration set, or is made before it"


def mail_is_received_for_one_address(stack: Stack) -> Iterator[str]:
    """And is handed over at once: no rule keeps a mail in a bucket, or sends it on."""
    domain, sets, rules = stack.stage.reply_domain, stack.all("SES::ReceiptRuleSet"), stack.all("SES::ReceiptRule")
    if len(rules) != (1 if domain else 0) or len(sets) != len(rules):
        yield f"the stage {'receives' if domain else 'does not receive'} mail, and there are {len(rules)} rules"
    for rule in rules:
        said, waits = rule.at("Rule") or {}, listed(rule.attributes.get("DependsOn"))
        if rule.at("RuleSetName") not in [each.at("RuleSetName") for each in sets if each.id in waits]:
            yield f"{rule.id} is of no rule set, or made before it"
        if said.get("Recipients") != [f"{said.get('Name')}@{domain}"]:
            yield f"{rule.id} takes mail for {said.get('Recipients')}"
        if (
            said.get("Enabled") is not True
            or said.get("ScanEnabled") is not True
            or said.get("TlsPolicy") != "Optional"
        ):
            yield f"{rule.id} is off, lets viruses in, or keeps people from saying no"
        (action,) = listed(said.get("Actions")) or [{}]
        to = action.get("LambdaAction", {}) if set(action) == {"LambdaAction"} else {}
        if stack.by_arn(to.get("FunctionArn"), "Lambda::Function") is None or to.get("InvocationType") != "Event":
            yield f"{rule.id} does something else with mail than to tell a function"
        callers = [each.id for each in stack.all("Lambda::Permission") if each.at("Principal") == "ses.amazonaws.com"]
        if not set(callers) & set(waits):
            yield f"{rule.id} does not wait for the permission that it checks"


RULES = (mail_is_sent_with_care, reports_reach_the_bus, the_domain_is_the_shops, mail_is_received_for_one_address)
