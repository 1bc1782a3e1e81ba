"""How the pages look. Colours come as variables, made of the shop's own. 44 px is the least that a finger can hit."""

RULES = """
*{box-sizing:border-box}
html{color-scheme:light;-webkit-text-size-adjust:100%}
body{margin:0;padding:0 16px 40px;background:var(--ground);color:var(--ink);font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
header{max-width:36rem;margin:0 auto;padding:28px 0 20px;text-align:center}
.brand{display:inline-flex;align-items:center;min-height:44px;color:var(--ink);font-size:22px;font-weight:700;text-decoration:none}
.brand img{display:block;max-width:220px;max-height:80px;height:auto;width:auto}
main{max-width:36rem;margin:0 auto;padding:32px;background:var(--card);border-radius:14px;border-top:6px solid var(--brand);box-shadow:0 1px 3px rgba(34,31,28,.14)}
main.wide{max-width:44rem}
h1{margin:0 0 12px;font-size:27px;line-height:1.25;text-wrap:balance}
h2{margin:0 0 6px;font-size:20px;line-height:1.3}
p{margin:0 0 16px}
main>:last-child,form>:last-child,section>:last-child{margin-bottom:0}
a{color:var(--tone)}
form{margin:20px 0 0}
form+p{margin-top:24px}
li{margin:0 0 4px}
section{margin:32px 0 0;padding:28px 0 0;border-top:1px solid #ddd6cd}
fieldset{margin:28px 0 0;padding:0;border:0;min-width:0}
legend{padding:0;margin:0 0 6px;font-size:20px;font-weight:700;line-height:1.3}
fieldset fieldset{margin:10px 0 0}
fieldset fieldset legend{font-size:17px;font-weight:600;margin:0}
.hint,footer{color:var(--soft);font-size:15px;line-height:1.5}
.hint{margin:0 0 8px}
.hint a{display:inline-block;padding:11px 0}
button{display:inline-block;min-height:48px;max-width:100%;padding:11px 26px;border:2px solid var(--brand);border-radius:10px;background:var(--brand);color:var(--on-brand);font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(.93)}
button.quiet{background:var(--card);border-color:var(--line);color:var(--ink)}
.check{display:flex;gap:14px;align-items:center;min-height:48px;padding:6px 0;cursor:pointer}
.check input{flex:none;width:24px;height:24px;margin:0;accent-color:var(--tone)}
.ways{display:flex;flex-wrap:wrap;column-gap:32px}
.field{margin:18px 0 0}
.field label{display:block;margin:0 0 4px;font-weight:600}
.field input{display:block;width:100%;max-width:24rem;min-height:48px;padding:8px 12px;border:1.5px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);font:inherit}
.field input[aria-invalid]{border-color:var(--bad)}
.wrong{margin:6px 0 0;color:var(--bad);font-weight:600}
.done,.problem{margin:0 0 20px;padding:14px 18px;border-radius:10px;background:#e6f2e8;border-left:5px solid #2d7a3e}
.problem{background:#fbeae6;border-left-color:var(--bad)}
.actions{margin:28px 0 16px}
.stars{margin:0;font-size:34px;letter-spacing:3px;line-height:1.3;color:var(--tone)}
.trap{position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px;border-radius:6px}
footer{max-width:36rem;margin:0 auto;padding:28px 8px 0}
main.wide+footer{max-width:44rem}
footer h2{font-size:15px;margin:0 0 2px}
footer p{margin:0}
footer a{display:inline-flex;align-items:center;min-height:44px}
@media(max-width:30rem){body{padding:0 12px 32px}main{padding:24px 20px}h1{font-size:24px}button{width:100%}header{padding:20px 0 14px}}
"""  # noqa: E501 - a rule a line
