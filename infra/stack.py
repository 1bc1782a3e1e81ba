"""The one stack, put together in the order in which things need each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App, Aws, CfnOutput, Environment, Stack, Tags

from infra.acknowledgements import acknowledge
from infra.alarms import make_alarms
from infra.api import add_routes, make_api, public_url
from infra.buckets import make_buckets
from infra.budget import make_budget
from infra.calendar import make_calendar
from infra.dashboard import make_dashboard
from infra.functions import LAYERS, Functions
from infra.key import make_key
from infra.logs_of_others import subscribe_to_logs
from infra.machine import make_machines
from infra.mail import make_mail
from infra.marketers import make_marketers_policy
from infra.names import Names
from infra.queues import make_queues
from infra.receiving import make_receiving
from infra.roles import Roles
from infra.secrets import make_secrets
from infra.sources import Sources
from infra.stage import Stage
from infra.tables import make_tables
from infra.topic import make_topic
from infra.topology import TOPOLOGY, LogSource, MailSource, Topology


def make_stack(
    app: App, stage: Stage, topology: Topology = TOPOLOGY, layers: Mapping[str, tuple[Path, str]] = LAYERS
) -> Stack:
    name = f"anlass-{stage.name}"
    stack = Stack(
        app,
        name,
        stack_name=name,
        description=f"Anlass, trigger-based marketing automation: stage {stage.name}",
        env=Environment(region=stage.region),
        termination_protection=stage.live,
    )
    topology = topology_of(stage, topology)
    api = make_api(stack, stage)
    names = names_of(stage, topology, public_url(api, stage))
    key = make_key(stack, names, stage)
    tables = make_tables(stack, names, stage, key)
    queues = make_queues(stack, names, key)
    buckets = make_buckets(stack, names, stage, key)
    secrets = make_secrets(stack, names, stage, key)
    roles = Roles(stack, names, stage, key)
    functions = Functions(stack, names, stage, roles, tables, queues, layers)
    sources = Sources(stack, names, functions, tables, queues, buckets, secrets)
    add_routes(api, names, functions)
    make_calendar(stack, names, roles)
    make_machines(stack, names, stage, roles)
    make_mail(stack, names, stage)
    make_receiving(stack, names, stage, functions)
    subscribe_to_logs(stack, names, functions)
    make_marketers_policy(stack, names)
    topic = make_topic(stack, names, stage, key)
    make_alarms(stack, names, api, sources, topic)
    make_dashboard(stack, names, api)
    make_budget(stack, names, stage, topic)
    CfnOutput(stack, "PublicUrl", value=names.public_url, description="Where events go and links lead")
    CfnOutput(stack, "ContentBucket", value=names.bucket("content"), description="Upload content/ here")
    Tags.of(stack).add("project", "anlass")
    Tags.of(stack).add("stage", stage.name)
    acknowledge(stack, names, stage)
    return stack


def topology_of(stage: Stage, topology: Topology = TOPOLOGY) -> Topology:
    """Without what the stage has switched off."""
    off: list[MailSource | LogSource] = []
    if not stage.receive_mail:
        off += topology.mail_sources
    if not stage.sms_status:
        off += topology.log_sources
    return topology.without(off)


def names_of(stage: Stage, topology: Topology, url: str) -> Names:
    return Names(
        topology,
        prefix=stage.prefix,
        region=stage.region,
        account=Aws.ACCOUNT_ID,
        public_url=url,
        stage=stage.name,
        partition=Aws.PARTITION,
        bucket_suffix=f"-{Aws.ACCOUNT_ID}-{stage.region}",
        mail_domain=stage.mail_domain,
        reply_domain=stage.reply_domain,
    )
