"""SES: the domain that mails come from, how they are sent, and where SES reports what became of them."""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack, aws_ses
from constructs import Construct

from infra.names import Names
from infra.stage import Stage
from infra.topology import MAIL, TRACKED

# Without opens and clicks: for them SES would put its pixel and its links into mails of people who have not consented.
REPORTS = ["SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "RENDERING_FAILURE", "DELIVERY_DELAY"]
# Only mails of people who did consent name the set that has them, and each says itself what of it is on.
SETS = {MAIL: REPORTS, TRACKED: [*REPORTS, "OPEN", "CLICK"]}


def make_mail(scope: Construct, names: Names, stage: Stage) -> None:
    configuration = _configuration_set(scope, names, "Mail", MAIL)
    _configuration_set(scope, names, "MailTracked", TRACKED)
    identity = aws_ses.CfnEmailIdentity(
        scope,
        "MailDomain",
        email_identity=stage.mail_domain,
        dkim_attributes=aws_ses.CfnEmailIdentity.DkimAttributesProperty(signing_enabled=True),
        dkim_signing_attributes=aws_ses.CfnEmailIdentity.DkimSigningAttributesProperty(
            next_signing_key_length="RSA_2048_BIT"
        ),
        # The bounce domain is the shop's own, so that SPF speaks for the same domain as DKIM.
        mail_from_attributes=aws_ses.CfnEmailIdentity.MailFromAttributesProperty(
            mail_from_domain=f"bounce.{stage.mail_domain}", behavior_on_mx_failure="USE_DEFAULT_VALUE"
        ),
        feedback_attributes=aws_ses.CfnEmailIdentity.FeedbackAttributesProperty(email_forwarding_enabled=False),
        # Whoever sends from the domain without naming a configuration set still reports here.
        configuration_set_attributes=aws_ses.CfnEmailIdentity.ConfigurationSetAttributesProperty(
            configuration_set_name=names.physical(MAIL)
        ),
    )
    identity.add_resource_dependency(configuration)
    for number in (1, 2, 3):
        name = identity.get_att(f"DkimDNSTokenName{number}").to_string()
        value = identity.get_att(f"DkimDNSTokenValue{number}").to_string()
        CfnOutput(scope, f"Dkim{number}", value=f"{name} CNAME {value}", description="DNS record: DKIM")
    bounce = f"bounce.{stage.mail_domain}"
    records = {
        "BounceMx": f"{bounce} MX 10 feedback-smtp.{stage.region}.amazonses.com",
        "BounceSpf": f'{bounce} TXT "v=spf1 include:amazonses.com ~all"',
        "Dmarc": f'_dmarc.{stage.mail_domain} TXT "v=DMARC1; p=none; rua=mailto:{stage.alarm_email}"',
    }
    for output, record in records.items():
        CfnOutput(scope, output, value=record, description="DNS record: SPF, DMARC and bounces")


def _configuration_set(scope: Construct, names: Names, id_: str, name: str) -> aws_ses.CfnConfigurationSet:
    configuration = aws_ses.CfnConfigurationSet(
        scope,
        id_,
        name=names.physical(name),
        # A mail that cannot travel encrypted bounces instead.
        delivery_options=aws_ses.CfnConfigurationSet.DeliveryOptionsProperty(tls_policy="REQUIRE"),
        reputation_options=aws_ses.CfnConfigurationSet.ReputationOptionsProperty(reputation_metrics_enabled=True),
        sending_options=aws_ses.CfnConfigurationSet.SendingOptionsProperty(sending_enabled=True),
        suppression_options=aws_ses.CfnConfigurationSet.SuppressionOptionsProperty(
            suppressed_reasons=["BOUNCE", "COMPLAINT"]
        ),
    )
    reports = aws_ses.CfnConfigurationSetEventDestination(
        scope,
        f"{id_}Reports",
        configuration_set_name=names.physical(name),
        event_destination=aws_ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
            name="default-bus",
            enabled=True,
            matching_event_types=SETS[name],
            event_bridge_destination=aws_ses.CfnConfigurationSetEventDestination.EventBridgeDestinationProperty(
                # SES reports to the default bus only.
                event_bus_arn=Stack.of(scope).format_arn(
                    service="events", resource="event-bus", resource_name="default"
                )
            ),
        ),
    )
    reports.add_resource_dependency(configuration)
    return configuration
