"""Names of controlled substances, for recognising them in words only: names, codes and CAS numbers, nothing else.

Names follow the schedules of the Chemical Weapons Convention (Annex on Chemicals), the UN drug conventions' lists and
the UN recommendations on the transport of dangerous goods (class 1). ``tier`` says how much of a name is enough:

- ``agent``: hardly any peaceful use; a mention alone asks for a person's word.
- ``toxin``: the same, but medicine and food control work with it, and such work is passed.
- ``explosive``, ``drug``: passed where the text is about finding, treating or destroying it.
- ``dual``: an industrial chemical; only said where harm is meant.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Tier = Literal["agent", "toxin", "explosive", "drug", "dual"]


@frozen
class Agent:
    """One substance. ``unless``: words of the text beside which its name means something else."""

    name: str
    tier: Tier
    names: tuple[str, ...]
    cas: tuple[str, ...] = ()
    unparted: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


def _a(name: str, tier: Tier, names: str, cas: str = "", unparted: str = "", unless: str = "") -> Agent:
    parts = tuple(n.strip() for n in names.split("|") if n.strip())
    return Agent(name, tier, (name, *parts), tuple(cas.split()), tuple(unparted.split()), tuple(unless.split()))


AGENTS: tuple[Agent, ...] = (
    _a("sarin", "agent", "agent gb|gb agent|gb gas|gb nerve|zarin|sarine|isopropyl methylphosphonofluoridate|"
       "isopropyl methylfluorophosphonate|propan 2 yl methylphosphonofluoridate|зарин|зарина|зарином|серин газ",
       "107-44-8", "沙林 サリン 사린 السارين سارين"),
    _a("soman", "agent", "agent gd|gd agent|gd nerve|pinacolyl methylphosphonofluoridate|зоман|зомана", "96-64-0",
       "梭曼 ソマン 소만 سومان"),
    _a("tabun", "agent", "agent ga|ga agent|ga nerve|ethyl dimethylphosphoramidocyanidate|"
       "ethyl n n dimethylphosphoramidocyanidate|табун газ", "77-81-6", "塔崩 タブン"),
    _a("cyclosarin", "agent", "agent gf|gf agent|cyclohexyl methylphosphonofluoridate|zyklosarin|циклозарин", "329-99-7",
       "环沙林"),
    _a("chlorosarin", "agent", "chlorosoman", "1445-76-7"),
    _a("VX", "agent", "vx agent|agent vx|vx gas|nerve agent vx|methylphosphonothioic acid s 2 bis 1 methylethyl amino ethyl|"
       "o ethyl s 2 diisopropylaminoethyl methylphosphonothioate|o ethyl s 2 diisopropylamino ethyl methylphosphonothioate",
       "50782-69-9", "维埃克斯"),
    _a("Russian VX", "agent", "russian vx|vr agent|agent vr|r 33 agent|substance 33", "159939-87-4"),
    _a("amiton", "agent", "agent ve|agent vg|agent vm", "21738-25-0 78-53-5 21770-86-5"),
    _a("Novichok", "agent", "novichoks|novitchok|nowitschok|nowichok|nowiczok|agent a 230|agent a 232|agent a 234|agent a 242|a 230 agent|a 232 agent|a 234 agent|a230 agent|a232 agent|a234 agent|agent a230|agent a232|agent a234|foliant agent|"
       "новичок|новичка|новичком", "387867-80-7 387867-81-8 387867-82-9", "诺维乔克 诺维乔克 ノビチョク 노비촉 نوفيتشوك"),
    _a("sulphur mustard", "agent", "sulfur mustard|mustard gas|mustard agent|agent hd|hd agent|yperite|iperite|iprite|yprite|"
       "distilled mustard|bis 2 chloroethyl sulfide|bis 2 chloroethyl sulphide|bis 2 chloroethyl thioether|dichlorodiethyl sulfide|"
       "1 1 thiobis 2 chloroethane|senfgas|schwefellost|lost kampfstoff|gaz moutarde|gas mostaza|gas mostarda|"
       "gas de mostaza|иприт|иприта|горчичный газ|levinstein mustard|o mustard|sesquimustard",
       "505-60-2 63918-90-1 3563-36-8 63918-89-8", "芥子气 芥子氣 マスタードガス 겨자가스 غاز_الخردل خردل"),
    _a("nitrogen mustard", "toxin", "nitrogen mustards|stickstofflost|agent hn2|hn2 agent|agent hn3|agent hn 2|agent hn 3|agent hn 1|mechlorethamine|mustine|chlormethine|"
       "bis 2 chloroethyl ethylamine|tris 2 chloroethyl amine|bis 2 chloroethyl methylamine|азотистый иприт",
       "538-07-8 51-75-2 555-77-1", "氮芥"),
    _a("lewisite", "agent", "lewisites|2 chlorovinyldichloroarsine|chlorovinyldichloroarsine|"
       "2 chlorovinyl dichloroarsine|люизит|люизита", "541-25-3 40334-69-8 40334-70-1", "路易氏剂 路易士 ルイサイト"),
    _a("phosgene oxime", "agent", "dichloroformoxime|agent cx|cx agent", "1794-86-1"),
    _a("adamsite", "agent", "diphenylaminechlorarsine|agent dm|diphenylchlorarsine|sternite|адамсит", "578-94-9 712-48-1"),
    _a("3-quinuclidinyl benzilate", "agent", "agent bz|bz agent|quinuclidinyl benzilate|buzz agent", "6581-06-2"),
    _a("methylphosphonyl difluoride", "agent", "methylphosphonic difluoride|methylphosphonyldifluoride",
       "676-99-3"),
    _a("methylphosphonic dichloride", "agent", "methylphosphonyl dichloride|methyl phosphonyl dichloride", "676-97-1"),
    _a("precursor QL", "agent", "agent ql|o ethyl o 2 diisopropylaminoethyl methylphosphonite", "57856-11-8"),
    _a("PFIB", "agent", "perfluoroisobutylene|perfluoroisobutene|octafluoroisobutene", "382-21-8"),
    _a("carfentanil", "drug", "carfentanyl|wildnil|карфентанил|remifentanil aerosol", "59708-52-0"),
    _a("ricin", "toxin", "ricine|rizin|ricina|castor bean toxin|castor bean poison|castor toxin|рицин|рицина", "9009-86-3",
       "蓖麻毒素 蓖麻毒蛋白 リシン毒素 리신 الريسين ريسين"),
    _a("abrin", "toxin", "abrine toxin|абрин", "1393-62-0", "相思子毒素"),
    _a("saxitoxin", "toxin", "agent tz|paralytic shellfish toxin|сакситоксин", "35523-89-8", "石房蛤毒素"),
    _a("botulinum toxin", "toxin", "botulinum neurotoxin|botulinum toxins|botulinus toxin|botulism toxin|botox toxin|"
       "botulinumtoxin|toxine botulique|toxina botulinica|ботулотоксин|ботулинический токсин", "93384-43-1",
       "肉毒毒素 肉毒杆菌毒素 ボツリヌス毒素 보툴리눔"),
    _a("tetrodotoxin", "toxin", "tetrodotoxine|ttx toxin", "4368-28-9", "河豚毒素 テトロドトキシン"),
    _a("batrachotoxin", "toxin", "", "23509-16-2"),
    _a("conotoxin", "toxin", "conotoxins"),
    _a("anthrax", "toxin", "anthrax spores|anthrax toxin|bacillus anthracis|milzbrand|carbunco|сибирская язва", "", "炭疽 炭疽菌 탄저균"),
    _a("aconitine", "toxin", "", "302-27-2"),
    _a("palytoxin", "toxin", "", "77734-91-9"),
    _a("TATP", "explosive", "triacetone triperoxide|triacetonetriperoxide|acetone peroxide|acetone peroxides|acetonperoxid|"
       "tricyclic acetone peroxide|triaceton triperoxid|apex explosive|mother of satan|peroxyacetone|"
       "peroxyde d acetone|peroxido de acetona|перекись ацетона|пероксид ацетона", "17088-37-8", "三过氧化三丙酮 過酸化アセトン"),
    _a("HMTD", "explosive", "hexamethylene triperoxide diamine|hexamethylenetriperoxidediamine|гмтд", "283-66-9"),
    _a("MEKP", "explosive", "mekp explosive|methyl ethyl ketone peroxide explosive"),
    _a("RDX", "explosive", "hexogen|cyclonite|cyclotrimethylenetrinitramine|hexahydro 1 3 5 trinitro 1 3 5 triazine|гексоген|"
       "c 4 explosive|c4 explosive|semtex|composition c 4|composition b explosive", "121-82-4", "黑索金 黑索今 ヘキソーゲン"),
    _a("HMX", "explosive", "octogen|cyclotetramethylenetetranitramine|октоген", "2691-41-0", "奥克托今"),
    _a("PETN", "explosive", "pentaerythritol tetranitrate|pentrite|nitropenta|тэн взрывчатка|тетранитрат пентаэритрита", "78-11-5", "太安"),
    _a("TNT", "explosive", "trinitrotoluene|2 4 6 trinitrotoluene|trotyl|trinitrotoluol|тротил|тротила|тринитротолуол", "118-96-7", "三硝基甲苯 梯恩梯",
       unless="nanotube nanotubes titanate titania tio2"),
    _a("nitroglycerin", "explosive", "nitroglycerine|glyceryl trinitrate explosive|trinitroglycerin|нитроглицерин", "55-63-0",
       "硝酸甘油炸药"),
    _a("guncotton", "explosive", ""),
    _a("EGDN", "explosive", "ethylene glycol dinitrate|nitroglycol", "628-96-6"),
    _a("ETN", "explosive", "erythritol tetranitrate", "7297-25-8"),
    _a("hexanitrohexaazaisowurtzitane", "explosive", "cl 20 explosive|hniw", "135285-90-4"),
    _a("tetryl", "explosive", "trinitrophenylmethylnitramine", "479-45-8"),
    _a("picric acid", "dual", "2 4 6 trinitrophenol|trinitrophenol|ammonium picrate", "88-89-1"),
    _a("lead azide", "explosive", "bleiazid|азид свинца", "13424-46-9", "叠氮化铅"),
    _a("mercury fulminate", "explosive", "fulminate of mercury|knallquecksilber|silver fulminate|гремучая ртуть", "628-86-4", "雷汞"),
    _a("lead styphnate", "explosive", "", "15245-44-0"),
    _a("ANFO", "explosive", "ammonium nitrate fuel oil|anfo explosive|fertilizer bomb|fertiliser bomb|ammonal|kunstdunger bombe"),
    _a("black powder", "dual", "gunpowder|flash powder|schwarzpulver|thermite"),
    _a("methamphetamine", "drug", "crystal meth|methamphetamin|metamfetamin|metanfetamina|methamphetamines|methylamphetamine|"
       "desoxyephedrine|ice meth|meth cook|meth lab|cook meth|making meth|make meth|метамфетамин|p2p meth", "537-46-2 33817-09-3",
       "冰毒 甲基苯丙胺 覚醒剤 メタンフェタミン 필로폰 메스암페타민"),
    _a("amphetamine", "drug", "amphetamin|amfetamin|amfetamine|амфетамин", "300-62-9"),
    _a("MDMA", "drug", "ecstasy pills|ecstasy|molly drug|3 4 methylenedioxymethamphetamine|methylenedioxymethamphetamine|"
       "pmk precursor|pmk glycidate|мдма", "42542-10-9", "摇头丸"),
    _a("fentanyl", "drug", "fentanil|fentanyls|fentanyl analog|fentanyl analogue|fentanyl analogues|acetylfentanyl|furanylfentanyl|"
       "ohmefentanyl|4 anpp|nitazene|nitazenes|isotonitazene|etonitazene|фентанил|n 1 2 phenylethyl 4 piperidinyl n phenylpropanamide",
       "437-38-7", "芬太尼 フェンタニル 펜타닐"),
    _a("heroin", "drug", "diacetylmorphine|diamorphine|heroina|heroine drug|героин|desomorphine|krokodil drug", "561-27-3", "海洛因 ヘロイン"),
    _a("cocaine", "drug", "cocain|kokain|cocaina|crack cocaine|кокаин|benzoylmethylecgonine", "50-36-2", "可卡因 コカイン"),
    _a("LSD", "drug", "lysergic acid diethylamide|lysergide|лсд", "50-37-3", "麦角酸二乙酰胺", unless="test fisher significant"),
    _a("GHB", "drug", "gamma hydroxybutyrate|gamma hydroxybutyric acid|liquid ecstasy", "591-81-1"),
    _a("phencyclidine", "drug", "angel dust", "77-10-1"),
    _a("mephedrone", "drug", "bath salts drug|alpha pvp|flakka|cathinones|мефедрон", "1189805-46-6"),
    _a("dimethyltryptamine", "drug", "n n dimethyltryptamine", "61-50-7"),
    _a("synthetic cannabinoids", "drug", "jwh 018|spice cannabinoid|synthetic cannabinoid", "209414-07-3"),
    _a("phosgene", "dual", "carbonyl chloride|phosgen|фосген|diphosgene", "75-44-5 503-38-8", "光气 光氣 ホスゲン"),
    _a("chlorine gas", "dual", "chlorine", "7782-50-5", "氯气"),
    _a("hydrogen cyanide", "dual", "prussic acid|hydrocyanic acid|zyklon b|agent ac|blausaure|cyanide|cyanides|potassium cyanide|"
       "cyanogen chloride|синильная кислота|цианид|zyankali", "74-90-8 506-77-4 151-50-8", "氰化氢 氰化物 氰化钾"),
    _a("arsine", "dual", "arsenic trioxide|arsenic|phosphine gas", "7784-42-1"),
    _a("chloropicrin", "dual", "trichloronitromethane", "76-06-2"),
    _a("thallium", "dual", "thallium sulfate|thallium sulphate|polonium|polonium 210|таллий", ""),
    _a("strychnine", "dual", "sodium fluoroacetate|compound 1080|tetramethylenedisulfotetramine|tetramine poison", "57-24-9 80-12-6"),
    _a("parathion", "dual", "organophosphate|paraoxon|organophosphates|pesticide|pesticides|dimethylmercury|methyl isocyanate", "56-38-2 311-45-5"),
)  # fmt: skip

#: parts of systematic names that say the family, wherever they stand in a word
FAMILIES: tuple[tuple[str, str], ...] = (
    ("phosphonofluorid", "phosphonofluoridates (CWC schedule 1)"),
    ("fluorophosphonat", "phosphonofluoridates (CWC schedule 1)"),
    ("phosphonylfluorid", "phosphonofluoridates (CWC schedule 1)"),
    ("phosphonyldifluorid", "phosphonyl difluorides (CWC schedule 1)"),
    ("phosphonicdifluorid", "phosphonyl difluorides (CWC schedule 1)"),
    ("phosphoramidocyanid", "phosphoramidocyanidates (CWC schedule 1)"),
    ("amidocyanophosph", "phosphoramidocyanidates (CWC schedule 1)"),
    ("aminocyanophosph", "phosphoramidocyanidates (CWC schedule 1)"),
    ("cyanophosphoramid", "phosphoramidocyanidates (CWC schedule 1)"),
    ("phosphorocyanid", "phosphoramidocyanidates (CWC schedule 1)"),
    ("amidoethoxyphosphorylcyanid", "phosphoramidocyanidates (CWC schedule 1)"),
    ("aminoethoxyphosphorylcyanid", "phosphoramidocyanidates (CWC schedule 1)"),
    ("methylfluorophosph", "phosphonofluoridates (CWC schedule 1)"),
    ("methylphosphorylfluorid", "phosphonofluoridates (CWC schedule 1)"),
    ("phosphoramidofluorid", "phosphoramidofluoridates (CWC schedule 1)"),
    ("amidofluorophosph", "phosphoramidofluoridates (CWC schedule 1)"),
    ("aminoethylmethylphosphonothi", "phosphonothiolates (CWC schedule 1)"),
    ("aminoethylalkylphosphonothi", "phosphonothiolates (CWC schedule 1)"),
    ("2chloroethylsulfid", "sulphur mustards (CWC schedule 1)"),
    ("2chloroethylsulphid", "sulphur mustards (CWC schedule 1)"),
    ("2chloroethylthio", "sulphur mustards (CWC schedule 1)"),
    ("chlorovinylarsin", "lewisites (CWC schedule 1)"),
    ("chlorovinyldichloroarsin", "lewisites (CWC schedule 1)"),
)
