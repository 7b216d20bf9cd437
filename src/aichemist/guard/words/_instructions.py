"""Text that speaks to a program instead of telling of chemistry: prompt injection, in many guises.

Each pattern is bounded: gaps have a greatest length, and what may repeat cannot be read in two ways.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import unquote

from attrs import frozen

from ._fold import STOP, Folded, fold

#: encoded pieces that are opened at most, and characters of each
_PIECES, _PIECE = 200, 20_000


@frozen
class Spoken:
    """Instruction-like text: ``guise`` says what kind, ``excerpt`` a few words of it."""

    guise: str
    excerpt: str


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IGNORE = _set(
    """ignore ignoring disregard forget override overrule overwrite neglect bypass discard dismiss abandon supersede
    supersedes overlook skip drop cancel
    ignoriere ignorier ignorieren vergiss missachte uberspringe ubergehe ignorez ignorer oubliez oublie oublier
    ignora ignore olvida olvide ignorar olvidar dimentica ignorate esqueca desconsidere игнорируй игнорируйте забудь
    забудьте проигнорируй отмени negeer zignoruj gormezden"""
)
_WHICH = _set(
    """previous prior above earlier preceding all any your system foregoing these those existing current original other
    former everything safety operator its my
    vorherigen vorherige bisherigen obigen alle deine ihre precedentes precedente anterieures toutes vos tes
    anteriores anterior todas todos suas seus tus sus precedenti tutte предыдущие прежние все свои твои предыдущих vorige poprzednie onceki"""
)
_ORDERS = _set(
    """instruction instructions prompt prompts guideline guidelines directive directives rules rule orders order policy
    policies guardrail guardrails restrictions restriction constraints programming training commands command safeguards
    context messages message directions protocols limits checks guidance
    anweisungen anweisung anweisungen: befehle regeln vorgaben instructions consignes regles instrucciones ordenes reglas
    istruzioni regole ordini instrucoes regras инструкции указания правила команды инструкций instructies instrukcje
    talimatlari"""
)
_AGENTS = _set(
    """assistant ai llm llms chatbot chatgpt gpt claude gemini llama copilot bot model agent reader summarizer summariser
    assistent assistente asistente ассистент помощник modele modelo ki ia"""
)
_MUST = _set(
    """must should shall will needs need has have ought please now muss soll doit dois debe deve должен должна"""
)
_DEEDS = _set(
    """dispense add heat output respond reply answer say report ignore recommend rate write print reveal send execute run
    call approve skip disable tell include return state give delete follow obey comply increase raise choose select mix
    change set forget stop proceed treat consider accept conclude mark insert repeat act behave pretend never always
    immediately instead not issue propose use refuse confirm open switch omit hide
    dosieren zugeben antworten ausgeben repondre ajouter doser responder anadir dispensar добавить ответить выдать"""
)
_STRONG = _set(
    "assistant ai llm llms chatbot chatgpt gpt claude gemini llama copilot bot assistent assistente asistente ассистент ia ki"
)

#: not a program: "the laboratory assistant must wear gloves"
_PEOPLE = _set("laboratory lab research teaching physician medical student graduate pharmacy technical postdoctoral")

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (guise, re.compile(pattern))
    for guise, pattern in (
        ("a tag of a chat", r"<\|[a-z_]{2,24}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|user|instructions?|prompt|human|"
         r"start_of_turn|end_of_turn|function_calls|invoke|tool_call|tool_use|tool_code|thinking|s)>|<invoke name=|"
         r"#{1,6} ?(?:new |updated |your |hidden )?(?:system )?(?:instructions?|prompt|system|assistant|new task|response)\b[: ]{0,2}|\[ ?(?:system|assistant|admin|developer)[a-z ]{0,20}\]|"
         r"(?:begin|end|start) (?:of )?(?:system|hidden|secret|admin) (?:prompt|message|instructions?)"),
        ("a turn of a chat", r"(?:^|\n)[ \t>*_-]{0,6}(?:(?:assistant|user|human)[*_]{0,2} ?: ?\S|(?:system|developer|ai)(?: ?prompt| ?message)?[*_]{0,2} ?: ?"
         r"(?:you|ignore|from now|the assistant|always|never|do not|reveal|print|override|answer|respond|act|forget|disregard|new|stop|set|approve|dispense|execute|run|call)\b)"),
        ("a call of a tool", r"\"(?:tool_calls?|function_call|tool_use|tool_name|recipient_name)\" ?:|"
         r"\{ ?\"(?:name|function|tool|action)\" ?: ?\"[a-z_.]{2,60}\" ?, ?\"(?:arguments|parameters|args|input|action_input|kwargs)\"|"
         r"\baction ?: ?[a-z_]{2,40} ?\n ?action input ?:|\bos\.system ?\(|\bsubprocess\.|\bexec ?\(|\beval ?\(|"
         r"\brm -rf\b|\bcurl (?:-[a-z]+ )?https?:|\bwget https?:|<script\b|\bdrop table\b|\bfunctions?\.[a-z_]{2,40} ?\(|"
         r"\btools?\.[a-z_]{2,40} ?\(|\bdispense_(?:liquid|solid) ?\(|\bset_outcome ?\(|\bapprove_[a-z]{2,20} ?\("),
        ("a new role", r"\byou are (?:now|no longer|from now on|henceforth|hereby|going to be|dan\b)|\bfrom now on,? (?:you|act|answer|respond|ignore|the assistant)\b|"
         r"\bpretend (?:to be|you are|that you)|\b(?:act|behave|respond|answer) as (?:if you|though you|an? (?:unrestricted|uncensored|evil|different|new|ai|assistant|expert hacker|jailbroken|root|administrator))\b|"
         r"\bdo anything now\b|\bdeveloper mode\b|\bdebug mode (?:on|enabled)\b|\bgod mode\b|\bjailbreak|\bno longer bound by\b|\broleplay as\b|\brole ?play:|"
         r"\blet'?s play a game\b|\bmaintenance mode\b.{0,60}\b(?:disabled?|off|suspended)\b|\byou have been (?:reprogrammed|upgraded|authori[sz]ed|granted)\b|"
         r"\bdu bist (?:jetzt|nun|ab sofort)\b|\bvous etes (?:maintenant|desormais)\b|\btu es (?:maintenant|desormais)\b|\b(?:ahora|agora) (?:eres|voce e)\b|\bora sei\b|\bтеперь ты\b|\bты теперь\b"),
        ("a new order", r"\b(?:new|updated|revised|real|actual|secret|hidden|additional|priority|urgent|important|critical|special) (?:system )?(?:instructions?|prompt|directives?|orders?) ?(?::|for (?:the |any |all |an? )?(?:ai|assistant|model|llm|agent|reader|system|language model|summari[sz]er))|"
         r"\b(?:system|admin|administrator|security|root|emergency|safety|guard) overrides?\b|\boverride code\b|\byour (?:new |real |true |only |actual |sole )(?:task|goal|objective|instructions?|role|purpose|job|mission)\b|"
         r"\byour (?:task|instructions?|role|mission) (?:is|are) (?:now|to)\b|\b(?:note|notice|message|instructions?|attention|warning|memo) (?:to|for) (?:the |any |all |an? )?(?:ai\b|llm|language model|assistant|ai model|automated|machine|model read|bots?\b|agents?\b|chatbot)|"
         r"\bif you are an? (?:ai|llm|language model|assistant|bot|automated|machine|agent|large)|\bas an? (?:ai|llm|large language model|ai assistant|ai language model),? you\b|\bdear (?:ai|assistant|llm|language model|chatbot)\b|"
         r"\b(?:hey|hi|hello|attention|ok),? (?:ai|assistant|chatgpt|claude|gpt|llm|chatbot|language model|agent)\b|"
         r"\bfollow(?:ing)? (?:the |these |those )?(?:hidden|instructions? (?:below|in the|hidden|inside))|\bthe following (?:instructions?|text|commands?) (?:supersede|override|replace|take)s?\b|"
         r"\b(?:respond|reply|answer|output) (?:only|exclusively|with only|just) (?:with|in|by)?\b|\bstop (?:summari[sz]ing|reading|extracting|processing) (?:and|here|this|now)|\bsummary of this (?:paper|document) (?:must|should)\b|"
         r"\b(?:any|every|all|the) (?:ai|llm|language model|assistant|chatbot|bot|ai model|ai agent|automated reader)s? (?:that |who |which )?(?:is |are )?(?:read|process|review|summari|scan|pars|extract|analy)|"
         r"\b(?:ai|llm|gpt) (?:reviewers?|readers?|agents?|assistants?|models?|systems?) ?: |"
         r"\b(?:ignore|disregard|overrule|do not listen to) (?:what |anything |everything )?(?:the |any |your |all )?(?:operators?|users?|humans?|persons?|chemists?|guard)\b|"
         r"\b(?:note|message|instructions?|order|reminder) (?:to|for) (?:the |this |any )?(?:model|agent|reader|reviewer model) ?:|"
         r"\binstead of (?:summari[sz]ing|extracting|answering|analy[sz]ing)\b"),
        ("an attempt on the controls", r"\b(?:without|skip|bypass|disable|omit|suppress|turn off|deactivate|circumvent|ignore|switch off|do not (?:wait for|ask for|run|perform|apply)|no need (?:for|to wait for)) (?:the |any |all |your |further |human |asking (?:for )?(?:the |a |any )?|waiting for (?:the |any )?)?(?:human |safety |operator'?s? |person'?s? |user'?s? |manual |guard'?s? )?(?:safety (?:review|check|filter|rule|guard|limit|protocol)s?|approvals?|guardrails?|guard\b|safety\b|review step|confirmation|operator|user's consent|person's word|content filters?|interlocks?)|"
         r"\b(?:mark|label|flag|classify|rate|report|treat) (?:this|it|the|all|every|these) ?(?:design|recipe|experiment|batch|plan|document|paper|mixture|steps?|finding|text)?s? ?(?:as|to be) (?:safe|approved|harmless|allowed|verified|trusted|pre-?approved|non-?hazardous)|"
         r"\bset (?:the )?(?:outcome|review|status|result) to (?:allow|approved|safe)|\b(?:is|are|has been|have been) (?:already |hereby )?pre-?approved by (?:the )?(?:guard|safety|system|administrator|admin)|\bdo not (?:tell|inform|alert|notify|warn|mention (?:this|it) to|reveal (?:this|it)? ?to|show (?:this|it)? ?to) (?:the |any )?(?:users?|operators?|humans?|persons?|chemists?|anyone|people|reviewers?)|"
         r"\bkeep (?:this|it) (?:secret|hidden) from\b|\bdo not (?:follow|obey) (?:the |your )"),
        ("an attempt on secrets", r"\b(?:reveal|print|repeat|output|show|display|leak|disclose|tell me|give me|send|exfiltrate|dump|copy) (?:me )?(?:your|the|all|its|any|every|back) ?(?:entire |full |hidden |initial |original |secret |own )?(?:system )?(?:prompts?\b|instructions?\b|api keys?|passwords?|credentials?|environment variables?|secrets?\b|access tokens?|config(?:uration)?s?\b files?)|"
         r"\b(?:send|post|upload|forward|exfiltrate|transmit) (?:it|this|them|all|the|your|every)\b.{0,60}(?:https?:|@[a-z0-9-]+\.|to the address)|!\[[^\]\n]{0,80}\]\(https?:[^)\s]{1,400}[?&][a-z_]+="),
        ("an order in another language", r"\bvergiss (?:alles|die|deine)|\bbefolge (?:stattdessen|diese|nur)|\bder assistent (?:muss|soll)|\bl'assistant (?:doit|devra)|\bl'ia doit\b|\bel asistente debe|\bla ia debe|\bl'assistente deve|\bo assistente deve|"
         r"\bsuivez (?:plutot|ces|uniquement)|\bresponde (?:solo|unicamente)|\bantworte (?:nur|ausschliesslich|stattdessen)|\brepondez (?:uniquement|seulement)|\bассистент должен|\bотвечай только|\bследуй (?:этим|новым)|\bнов(?:ые|ая) инструкци|\bneue anweisung(?:en)? ?:|\bnouvelles? instructions? ?:|\bnuevas? instruccion(?:es)? ?:|\bнеуязвим"),
        ("an order in another language", r"(?:忽略|无视|忽視|無視|忘记|忘掉|不要理会).{0,12}(?:指令|指示|提示|说明|規則|规则|命令)|(?:以前|これまで|上記|前)の.{0,6}(?:指示|命令|プロンプト).{0,6}(?:無視|忘れ)|"
         r"(?:你现在是|你是一个不受|从现在起你|新的?指令[:：]|系统提示[:：]|あなたは今から|あなたは今|新しい指示|이전.{0,6}(?:지시|명령).{0,8}(?:무시|잊)|지금부터 (?:너|당신)|助手必须|人工智能必须|アシスタントは.{0,20}(?:しなければ|してください))|"
         r"تجاهل.{0,16}(?:التعليمات|الاوامر|الأوامر)|انت الان|पिछले.{0,20}निर्देश|התעלם.{0,20}הוראות"),
        ("hidden text", r"<(?:span|div|p|font|section|td|a|b|i)\b[^>\n]{0,300}(?:display ?: ?none|visibility ?: ?hidden|font-size ?: ?0(?!\.[1-9])|opacity ?: ?0(?!\.[1-9])|color ?[:=] ?[\"']?(?:white|#fff(?:fff)?)\b)"),
    )
)  # fmt: skip
_TELLING = re.compile(r"\b(?:ignore|assistant|instructions?|ai|system|prompt|must|llm|model|approve|dispense)\b")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{20,}={0,2}(?![A-Za-z0-9+/_=])")
_HEX = re.compile(
    r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){16,}(?![0-9a-fA-F])|(?:\\x[0-9a-fA-F]{2}){8,}|(?:\\u[0-9a-fA-F]{4}){8,}"
)
_PERCENT = re.compile(r"(?:[\w.~-]{0,40}%[0-9A-Fa-f]{2}){4,}[\w.~-]{0,40}")
_ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM"
)
#: "ignore", "instructions", "previous", "assistant" after ROT13
_TURNED = ("vtaber", "vafgehpgvba", "flfgrz cebzcg", "nffvfgnag zhfg", "qvfertneq")


def spoken(text: str, folded: Folded, *, depth: int = 2) -> Iterator[Spoken]:
    """Everything in a text that reads like an order to a program; one for each guise at most."""
    plain = folded.text
    seen: set[str] = set()
    for one in _all(text, folded, plain, depth):
        if one.guise not in seen:
            seen.add(one.guise)
            yield one


def _all(text: str, folded: Folded, plain: str, depth: int) -> Iterator[Spoken]:
    plain = re.sub(r"[^\S\n]{1,200}", " ", plain)
    for guise, pattern in _PATTERNS:
        match = pattern.search(plain)
        if match is not None:
            yield Spoken(guise, _cut(plain[match.start() : match.start() + 100]))
    yield from _comments(plain)
    for words in (folded.words, *folded.other):
        yield from _orders(words)
    if folded.secret:
        yield Spoken("characters that nobody sees", _cut(folded.secret))
    elif folded.hidden > 8 and folded.hidden > len(text) // 50:
        yield Spoken("characters that nobody sees", f"{folded.hidden} of {len(text)} characters")
    if any(c in text for c in "\u202d\u202e\u2066\u2067"):
        yield Spoken("characters that nobody sees", "the order of letters is turned round")
    if depth:
        for guise, opened in _opened(text, plain):
            inside = fold(opened)
            if next(spoken(opened, inside, depth=depth - 1), None) is not None or _sentence(inside):
                yield Spoken(guise, _cut(opened))


def _comments(plain: str) -> Iterator[Spoken]:
    """Comments of HTML and Markdown, which a page does not show."""
    for begin, end in (
        ("<!--", "-->"),
        ("[//]: #", "\n"),
        ("[comment]: #", "\n"),
        ("{#", "#}"),
        ("\\begin{comment}", "\\end{comment}"),
    ):
        at = plain.find(begin)
        while at >= 0:
            stop = plain.find(end, at + len(begin))
            stop = len(plain) if stop < 0 else stop
            inside = plain[at + len(begin) : min(stop, at + _PIECE)]
            match = _TELLING.search(inside)
            if match is not None:
                yield Spoken("hidden text", _cut(inside[max(0, match.start() - 40) : match.start() + 60]))
                return
            at = plain.find(begin, stop)


def _orders(words: Sequence[str]) -> Iterator[Spoken]:
    """ "Ignore all previous instructions" and "the assistant must ...", whatever stands between."""
    for at, word in enumerate(words):
        if word in _IGNORE:
            after = _until_stop(words[at + 1 : at + 8])
            orders = next((i for i, w in enumerate(after) if w in _ORDERS), None)
            which = next((i for i, w in enumerate(after) if w in _WHICH), None)
            told = next(
                (
                    i
                    for i, w in enumerate(after)
                    if w in ("everything", "anything", "all", "alles", "todo", "tout", "all")
                ),
                None,
            )
            if (orders is not None and which is not None and which - 1 <= orders <= which + 2) or (
                told is not None
                and any(
                    w in ("above", "before", "told", "previously", "said", "prior", "learned") for w in after[told:]
                )
            ):
                yield Spoken("an order to forget orders", " ".join(words[max(0, at - 2) : at + 9]))
                break
    for at, word in enumerate(words):
        if word not in _AGENTS or (at and words[at - 1] in _PEOPLE):
            continue
        after = _until_stop(words[at + 1 : at + 7])
        must = next((i for i, w in enumerate(after[:3]) if w in _MUST), None)
        if must is None or not any(w in _DEEDS for w in after[must + 1 : must + 4]):
            continue
        language = word in ("model", "agent", "reader") and (
            at == 0 or words[at - 1] not in ("language", "ai", "the", "this")
        )
        if word in _STRONG or (not language and words[at - 1] in ("language", "ai")):
            yield Spoken("an order to an assistant", " ".join(words[max(0, at - 3) : at + 9]))
            break


def _until_stop(words: Sequence[str]) -> Sequence[str]:
    return words[: words.index(STOP)] if STOP in words else words


def _opened(text: str, plain: str) -> Iterator[tuple[str, str]]:
    """Encoded pieces, made readable."""
    for match in islice(_BASE64.finditer(text), _PIECES):
        raw = match.group()[:_PIECE]
        opened = _base64(raw)
        if opened:
            yield "text in base64", opened
    for match in islice(_HEX.finditer(text), _PIECES):
        digits = re.sub(r"\\x|\\u00", "", match.group()[:_PIECE])
        try:
            opened = bytes.fromhex(digits).decode("utf-8")
        except ValueError:
            continue
        if _readable(opened):
            yield "text in hexadecimal", opened
    for match in islice(_PERCENT.finditer(text), _PIECES):
        yield "text in percent signs", unquote(match.group())
    if any(t in plain for t in _TURNED):
        yield "text in ROT13", plain[: _PIECE * 10].translate(_ROT13)


def _base64(raw: str) -> str:
    body = raw.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        opened = base64.b64decode(body + "=" * (-len(body) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return opened if _readable(opened) else ""


def _readable(text: str) -> bool:
    return len(text) > 8 and sum(c.isprintable() or c.isspace() for c in text) > 0.97 * len(text)


def _sentence(folded: Folded) -> bool:
    """Whether what was encoded is a sentence at all: nobody encodes one in an article without meaning something."""
    return sum(w.isalpha() and len(w) > 1 for w in folded.words) >= 4 and " " in folded.text


def _cut(text: str) -> str:
    return " ".join(text.split())[:100]
