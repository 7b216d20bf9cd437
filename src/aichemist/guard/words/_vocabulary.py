"""Words of intent and of harmless work, folded (lower case, no accents). Stems end in ``*``."""

from __future__ import annotations

#: to make, to get, to keep
MAKE = """
make* making made synthes* synthetis* sintet* sintes* sintez* produc* prepar* manufactur* fabric* cook* brew* formulat*
stabilis* stabiliz* purif* scale upscal* extract* isolat* distil* crystallis* crystalliz* acquir* obtain* buy* purchas*
procure* maximise maximize optimise optimize optimising optimizing yield* potency lethality persisten* shelf enrich*
weaponis* weaponiz* cultivat* grow* assembl* build* construct* create creating route* recipe* how generat* batch devis* discover design* develop* improv* storage intensif* process cast casting convert*
herstell* synthetisier* synthese* darstell* gewinn* kochen bauen bau anleitung fabrique* fabriquer synthetiser preparer
produire fabricar sintetizar producir preparar elaborar produzir produzione produrre sintetizzare preparare fabbricare
изготов* синтез* получ* произв* приготов* сварить
""".split()

#: to bring among people
SPREAD = """
dispers* aerosol* disseminat* spray* release* spread* deploy* vaporis* vaporiz* contaminat* poison* detonat* weaponis*
weaponiz* verbreit* ausbring* vergift* dispersar propag* распыл* отрав* взорв* nebulis* nebuliz* ventilation hvac
""".split()

#: to hurt, by itself
HARM = """
murder* assassinat* victim* casualt* terror* massacre stadium weaponis* weaponiz* incapacitat* weapon weapons umbringen
anschlag attentat atentado attentato убийств* теракт* genocide massenmord
""".split()

#: to hurt, where people are near
HURT = "kill* harm* hurt* poison* attack* lethal* sicken* injur* murder* toten vergift* tuer empoisonn* matar envenen* отрав* убить bomb*".split()
PEOPLE = """
person people human humans someone somebody neighbour* neighbor* wife husband boss crowd* civilian* soldier* enemy enemies
subway metro concert passengers pedestrians inhabitants population children menschen leute personnes gente personas людей
supply reservoir drinking city building audience colleague* roommate coworker*
""".split()

#: work that protects, treats, finds or destroys; also what a substance name may be the first half of
PROTECT = """
detect* sensor* sensing sensitive degrad* decontamina* destr* destroy* neutralis* neutraliz* hydrolys* detoxif* antidot* therap* treat*
cancer* chemotherap* vaccin* protect* filter* adsor* remediat* residue* analys* analyz* analytical monitor* forensic*
simulant* quantif* determin* histor* inhibitor* pharma* clinical* patient* toxicolog* biosens* scaveng* sequest* disposal*
wastewater soil groundwater survey* review* exposure safety screening mineralis* mineraliz* removal remov* alarm*
fluorescent probe probes electrochemical leukemia leukaemia lymphoma tumour* tumor* drug prodrug anaesthe* anesthe*
prevent* reduc* minimi* suppress* abat* mitigat* captur* test tests strips convention verification disarm* demilitaris* demilitariz* shellfish nachweis abbau sensor* detection degradation
deteccion detecao rilevamento детект* обнаруж* разлож* 检测 降解 检测器
""".split()

#: words that may stand between a verb and what it makes; two others may as well
FILLER = frozenset(
    """a an the of some any more large small pure high quality new novel our this these those kg g mg grams gram kilograms
    litres liters amount amounts batch batches quantity quantities synthesis production preparation manufacture route
    process yield potency lethality stability purity steps procedure on and or agent agents gas gases homemade improvised
    highly crude deadly lethal potent toxic dangerous compound substance chemical nerve illegal illicit de la le les du des
    der die das den von el del los una un et y e i il per um uma militarised odourless stable""".split()
)
#: words that end what a verb makes: "a filter for sarin", "a film that binds sarin"
BREAK = frozenset("for against that which who to towards toward resistant free without fur gegen pour contra para per для против than like".split())

#: to slip past those who watch
EVADE = """
evad* avoid bypass* circumvent* defeat* dodge* hide* hiding conceal* disguis* smuggl* undetect* untrace* escape*
trick fool sneak* umgeh* contourn* eludir evadir burlar обойти обход* 绕过 规避
""".split()

#: those who watch
WATCH = """
detection detectors detector screening customs police control controls inspector* inspection* authorit* guard licence
license permit export law laws enforcement sniffer dogs airport approval watchlist regulators kontrolle* zoll* polizei
douane aduana policia dogana polizia таможн* полици* контрол* forensic scanners interlock* safeguards
""".split()
#: a find of the two above that is about an instrument
INSTRUMENT = frozenset("saturation overload fouling noise drift limit limits artefact artefacts artifact artifacts interference damage".split())
#: beside "explosive" and "bomb", no weapon
FIGURATIVE = frozenset(
    """growth increase interest development rise boiling expansion evaporation spalling growing demand progress percolation
    calorimeter calorimetry calorimetric digestion reactor pulse radiocarbon carbon parr teflon steel oxygen hydrothermal
    limit limits limited range cyclone atmosphere atmospheres dust volcanic eruption eruptions nucleation crystallization
    emission desorption synchronization""".split()
)

#: "that scanners do not see", "not on the schedule yet"
NOT = frozenset("not never cannot nicht pas no не doesn't don't invisible".split())
SEEN = "detect* see seen find found notice* recogni* scheduled schedule controlled listed list banned traced".split()
#: what hurts where a word of harm and a wish stand beside it
TOXIC = "toxic* poison* gas gases aerosol* chemical* agent* explosi* substance* compound* toxin* powder spores".split()

#: controlled things in general
CLASSES: dict[tuple[str, ...], str] = {
    ("nerve", "agent"): "nerve agents", ("nerve", "agents"): "nerve agents", ("nerve", "gas"): "nerve agents",
    ("nerve", "gases"): "nerve agents", ("nerve", "poison"): "nerve agents",
    ("blister", "agent"): "blister agents", ("blister", "agents"): "blister agents", ("vesicant",): "blister agents",
    ("vesicants",): "blister agents", ("choking", "agent"): "choking agents", ("blood", "agent"): "blood agents",
    ("chemical", "weapon"): "chemical weapons", ("chemical", "weapons"): "chemical weapons",
    ("chemical", "warfare"): "chemical weapons", ("biological", "weapon"): "biological weapons",
    ("biological", "weapons"): "biological weapons", ("bioweapon",): "biological weapons",
    ("bioweapons",): "biological weapons", ("poison", "gas"): "poison gas", ("poisonous", "gas"): "poison gas",
    ("toxic", "gas", "weapon"): "poison gas", ("war", "gas"): "poison gas", ("combat", "gas"): "poison gas",
    ("dirty", "bomb"): "bombs", ("pipe", "bomb"): "bombs", ("car", "bomb"): "bombs", ("nail", "bomb"): "bombs",
    ("bomb",): "bombs", ("bombs",): "bombs", ("improvised", "explosive"): "bombs", ("explosive", "device"): "bombs",
    ("explosive", "devices"): "bombs", ("primary", "explosive"): "explosives", ("primary", "explosives"): "explosives",
    ("high", "explosive"): "explosives", ("high", "explosives"): "explosives", ("explosives",): "explosives",
    ("homemade", "explosive"): "explosives", ("plastic", "explosive"): "explosives",
    ("military", "explosive"): "explosives", ("explosive", "charge"): "explosives", ("detonator",): "explosives",
    ("detonators",): "explosives", ("blasting", "cap"): "explosives", ("lethal", "toxin"): "toxins",
    ("deadly", "toxin"): "toxins", ("deadly", "poison"): "poisons", ("lethal", "poison"): "poisons",
    ("untraceable", "poison"): "poisons", ("undetectable", "poison"): "poisons", ("lethal", "chemical"): "poisons",
    ("deadly", "chemical"): "poisons", ("deadly", "gas"): "poison gas", ("lethal", "gas"): "poison gas",
    ("narcotic",): "narcotics", ("narcotics",): "narcotics", ("designer", "drug"): "narcotics",
    ("designer", "drugs"): "narcotics", ("street", "drug"): "narcotics", ("street", "drugs"): "narcotics",
    ("illegal", "drug"): "narcotics", ("illegal", "drugs"): "narcotics", ("illicit", "drug"): "narcotics",
    ("illicit", "drugs"): "narcotics", ("date", "rape", "drug"): "narcotics", ("synthetic", "opioid"): "narcotics",
    ("legal", "high"): "narcotics", ("legal", "highs"): "narcotics",
    ("fourth", "generation", "agent"): "nerve agents",
    ("explosive",): "explosives",
    # German, French, Spanish, Italian, Portuguese, Russian
    ("nervengas",): "nerve agents", ("nervengift",): "nerve agents", ("nervenkampfstoff",): "nerve agents",
    ("nervenkampfstoffe",): "nerve agents", ("giftgas",): "poison gas", ("kampfstoff",): "chemical weapons",
    ("chemiewaffe",): "chemical weapons", ("chemiewaffen",): "chemical weapons", ("sprengstoff",): "explosives",
    ("sprengstoffe",): "explosives", ("sprengsatz",): "bombs", ("bombe",): "bombs", ("rauschgift",): "narcotics",
    ("agent", "neurotoxique"): "nerve agents", ("gaz", "neurotoxique"): "nerve agents", ("gaz", "toxique"): "poison gas",
    ("arme", "chimique"): "chemical weapons", ("armes", "chimiques"): "chemical weapons", ("explosif",): "explosives",
    ("explosifs",): "explosives", ("agente", "nervioso"): "nerve agents", ("gas", "nervioso"): "nerve agents",
    ("arma", "quimica"): "chemical weapons", ("armas", "quimicas"): "chemical weapons", ("explosivo",): "explosives",
    ("explosivos",): "explosives", ("bomba",): "bombs", ("gas", "nervino"): "nerve agents",
    ("arma", "chimica"): "chemical weapons", ("esplosivo",): "explosives", ("agente", "nervoso"): "nerve agents",
    ("взрывчатка",): "explosives", ("взрывчатку",): "explosives", ("взрывчатки",): "explosives",
    ("бомба",): "bombs", ("бомбу",): "bombs", ("химическое", "оружие"): "chemical weapons",
    ("химического", "оружия"): "chemical weapons", ("нервно", "паралитический"): "nerve agents",
    ("нервно", "паралитического"): "nerve agents", ("отравляющее", "вещество"): "chemical weapons",
}  # fmt: skip

#: the same where words are not parted by blanks
UNPARTED: dict[str, str] = {
    "神经毒剂": "nerve agents", "神经性毒剂": "nerve agents", "神経剤": "nerve agents", "神経ガス": "nerve agents",
    "毒气": "poison gas", "毒ガス": "poison gas", "化学武器": "chemical weapons", "化学兵器": "chemical weapons",
    "炸药": "explosives", "炸弹": "bombs", "爆弾": "bombs", "爆薬": "explosives", "毒品": "narcotics",
    "신경작용제": "nerve agents", "화학무기": "chemical weapons", "폭발물": "explosives", "폭탄": "bombs",
    "غاز الاعصاب": "nerve agents", "غاز الأعصاب": "nerve agents", "سلاح كيميائي": "chemical weapons",
    "متفجرات": "explosives", "قنبلة": "bombs",
}  # fmt: skip
UNPARTED_MAKE = ("制造", "合成", "制备", "生产", "制作", "製造", "合成", "作り方", "作る", "製作", "제조", "합성", "만드", "صنع", "تحضير", "تصنيع")
UNPARTED_PROTECT = ("检测", "降解", "传感", "洗消", "検出", "分解", "センサ", "검출", "분해", "كشف")
