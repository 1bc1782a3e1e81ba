"""How report pages are laid out: HTML with names to be filled in, and its style."""

from __future__ import annotations

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2733;--faint:#5a6672;--ground:#f4f5f7;--card:#fff;--line:#dde1e6;--code:#f1f3f5;
--good:#1e7a47;--good-ground:#dcf3e5;--wait:#8a6410;--wait-ground:#fdf1d3;--bad:#b3372c;--bad-ground:#fce4e1;
--calm:#56616d;--calm-ground:#e8eaed}
@media(prefers-color-scheme:dark){:root{--ink:#eef2f6;--faint:#aab4bf;--ground:#0f1318;--card:#181d23;--line:#2d353e;
--code:#10151a;--good:#6fd3a0;--good-ground:#173a29;--wait:#e3b650;--wait-ground:#40320f;--bad:#f0948b;
--bad-ground:#4a211d;--calm:#b4bdc7;--calm-ground:#2b3138}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,"Segoe UI",Helvetica,Arial,sans-serif;color:var(--ink);background:var(--ground);margin:0}
main{max-width:76rem;margin:0 auto;padding:2rem 1.5rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .4rem}
h2{font-size:1.15rem;margin:0 0 .8rem}
h3{font-size:1rem;margin:0}
p{margin:.3rem 0}
a{color:inherit}
code,pre,.path{font-family:ui-monospace,Consolas,"Liberation Mono",monospace;font-size:.875em}
.path,.faint,footer,th{color:var(--faint)}
header{margin-bottom:1.6rem}
.why{font-size:1.05rem;max-width:50rem}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.2rem 1.4rem;margin:0 0 1.2rem}
.badge{display:inline-block;padding:.1rem .7rem;border-radius:99px;font-weight:600;font-size:.85rem}
.live{color:var(--good);background:var(--good-ground)}
.test,.waiting{color:var(--wait);background:var(--wait-ground)}
.refused,.error{color:var(--bad);background:var(--bad-ground)}
.off,.removed{color:var(--calm);background:var(--calm-ground)}
.warning{color:var(--wait);background:var(--wait-ground)}
ul{list-style:none;margin:0;padding:0}
li+li{border-top:1px solid var(--line);margin-top:.9rem;padding-top:.9rem}
pre{background:var(--code);border-radius:6px;padding:.5rem .8rem;margin:.5rem 0 0;overflow-x:auto;line-height:1.35}
pre i{font-style:normal;color:var(--bad);font-weight:700}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:0}
dt{color:var(--faint)}
dd{margin:0}
.drawing{overflow-x:auto}
.drawing svg{display:block;margin:0 auto}
.mails{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:1.2rem;margin-top:.8rem}
.mail{border:1px solid var(--line);border-radius:8px;overflow:hidden;display:flex;flex-direction:column}
.mail div{padding:.7rem .9rem;border-bottom:1px solid var(--line)}
.subject{font-weight:600}
iframe{border:0;width:100%;height:34rem;background:#fff;resize:vertical}
.message+.message{border-top:1px solid var(--line);margin-top:1.4rem;padding-top:1.4rem}
table{border-collapse:collapse;width:100%}
th{font-weight:500;text-align:left;font-size:.85rem}
th,td{padding:.5rem .8rem .5rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
td.numbers{white-space:nowrap}
footer{font-size:.85rem;margin-top:2rem}
""".replace("\n", "")

LAYOUT = (
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
img-src https: data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{{ title }}</title>
<style>"""
    + _STYLE
    + """</style>
</head>
<body>
<main>
BODY
<footer>Written by Anlass on {{ at }}, when something in the content folder was published.</footer>
</main>
</body>
</html>
"""
)

REPORT = """<header>
<p class="path">{{ report.path }}</p>
<h1>{{ report.title }}</h1>
<p><span class="badge {{ report.status }}">{{ report.status }}</span> <span class="faint">
{{- meaning }}</span></p>
{% if report.why %}
<p class="why">{{ report.why }}</p>
{% endif %}
</header>
{% if report.found %}
<section>
<h2>{{ "What is wrong" if is_wrong else "What to look at" }}</h2>
<ul>
{% for each in report.found %}
<li><span class="badge {{ each.finding.severity }}">{{ each.finding.severity }}</span>
<strong>{{ each.finding.message }}</strong>
<p>{{ each.finding.remedy }}</p>
<p class="path">{{ each.finding.file }}{% if each.finding.line %}, line {{ each.finding.line }}{% endif %}
{% if each.finding.path %} · {{ each.finding.path }}{% endif %} · {{ each.finding.code }}</p>
{% if each.line %}
<pre>{{ each.shown }}{% if each.mark %}

<i>{{ each.mark }}</i>{% endif %}</pre>
{% endif %}
</li>
{% endfor %}
</ul>
</section>
{% endif %}
{% if report.missing %}
<section>
<h2>What is missing</h2>
<ul>
{% for each in report.missing %}
<li>{{ each }}</li>
{% endfor %}
</ul>
</section>
{% endif %}
<section>
<h2>What is live</h2>
<dl>
{% if report.version %}
<dt>Version</dt><dd><code>{{ report.version }}</code></dd>
<dt>Since</dt><dd>{{ report.since | day }}</dd>
{% else %}
<dt>Version</dt><dd>none: nothing of this is live</dd>
{% endif %}
{% for name, value in report.facts %}
<dt>{{ name }}</dt><dd>{{ value }}</dd>
{% endfor %}
</dl>
</section>
{% if drawing %}
<section>
<h2>The path</h2>
{% if report.picture_note %}
<p class="faint">{{ report.picture_note }}</p>
{% endif %}
<div class="drawing">{{ drawing }}</div>
</section>
{% endif %}
{% if report.messages %}
<section>
<h2>{{ "The messages" if report.messages | length > 1 else "The message" }}</h2>
<p class="faint">As they look to Anna Muster, who is made up. Links and buttons do nothing here.</p>
{% for message in report.messages %}
<div class="message">
<h3>{{ message.template }} {% if message.purpose %}<span class="faint">· {{ message.purpose }}</span>{% endif %}</h3>
{% if message.note %}
<p class="faint">{{ message.note }}</p>
{% endif %}
<div class="mails">
{% for mail in message.mails %}
<div class="mail">
<div>
<span class="faint">{{ mail.locale }}</span>
{% if mail.problem %}
<p>It cannot be shown: {{ mail.problem }}.</p>
</div>
{% else %}
<p class="subject">{{ mail.subject }}</p>
<p class="faint">{{ mail.preheader }}</p>
</div>
<iframe sandbox title="{{ message.template }}, {{ mail.locale }}" srcdoc="{{ mail.html }}"></iframe>
{% endif %}
</div>
{% endfor %}
</div>
</div>
{% endfor %}
</section>
{% endif %}
"""

OVERVIEW = """<header>
<p class="path">{{ shop }}</p>
<h1>What is published</h1>
</header>
{% for heading, rows, counted in groups %}
<section>
<h2>{{ heading }}</h2>
<p class="faint">{{ counted }}</p>
<table>
<thead><tr><th>name</th><th>status</th><th>problems</th><th>live version</th></tr></thead>
<tbody>
{% for row in rows %}
<tr>
<td><a href="{{ row.page }}">{{ row.title }}</a><br><span class="path">{{ row.page.removesuffix(".html") }}</span></td>
<td><span class="badge {{ row.status }}">{{ row.status }}</span>
{% if row.missing %}<br><span class="faint">waits for {{ row.missing | join(", ") }}</span>{% endif %}</td>
<td class="numbers">
{% if row.errors %}<span class="badge error">{{ row.errors }} error{{ "s" if row.errors > 1 }}</span> {% endif %}
{% if row.warnings %}<span class="badge warning">{{ row.warnings }} warning{{ "s" if row.warnings > 1 }}</span>
{% endif %}
</td>
<td class="numbers">
{% if row.version %}
<code>{{ row.version }}</code><br><span class="faint">since {{ row.since | day }}</span>
{% endif %}
</td>
</tr>
{% endfor %}
</tbody>
</table>
</section>
{% endfor %}
"""
