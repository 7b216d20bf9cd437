"""Words that chemists use for one purpose: what is done, in what, with what around it. Written by hand, by stem.

A word may stand in several lists; the model weighs them by their context.
"""

from __future__ import annotations

from functools import lru_cache


def words_of(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_LISTS: dict[str, str] = {
    "operation": """
        add mix stir dissolve disperse suspend sonicate ultrasonicate heat cool dry calcine sinter anneal fire bake
        grind mill ball-mill crush pulverize press pelletize filter wash rinse centrifuge decant collect separate
        recover evaporate distil distill reflux age autoclave seal transfer pour drop dropwise inject pump purge
        bubble degas evacuate quench precipitate coprecipitate co-precipitate crystallize recrystallize impregnate
        soak immerse dip coat spin-coat spray deposit electrodeposit sputter grow synthesize prepare obtain yield form
        produce fabricate react hydrolyze hydrolyse reduce oxidize oxidise carbonize carbonise pyrolyze activate
        exfoliate etch leach adjust keep maintain hold allow leave place load charge fill remove extract purify dilute
        titrate neutralize acidify polymerize crosslink cure mold cast print peel cut polish clean degrease sieve sift
        weigh blend knead homogenize homogenise shake vortex incubate warm raise increase ramp lower freeze freeze-dry
        lyophilize thaw dialyze store expose irradiate illuminate anodize convert treat modify functionalize graft
        attach assemble attain give result introduce combine equilibrate mount connect apply subject synthesise employ
        use continue repeat perform carry conduct complete isolate dope intercalate melt vacuum thin compact decompose
        flow moisten wet drain discard aspirate resuspend pipette elute label count plate streak inoculate spin invert
        tap lyse vortex digest amplify ligate transform stain fix block mount image record measure read scan visualize
        """,
    "apparatus": """
        autoclave furnace oven flask beaker vial crucible boat tube reactor vessel bottle dish mill mortar pestle
        centrifuge hotplate stirrer sonicator bath chamber glovebox box pump syringe needle filter funnel paper
        membrane sieve condenser evaporator rotavapor bomb liner die mold mould substrate wafer pipette dropper
        balance dryer freeze-dryer hood heater muffle kiln cell electrode microwave lamp laser press container jar
        ball plate rotor column cuvette tip rack incubator thermocycler cycler thermomixer shaker vortexer microscope
        slide coverslip tray bag bucket cylinder ampoule desiccator schlenk mantle homogenizer jar ampule apparatus
        instrument system equipment
        """,
    "characterisation": """
        diffractometer spectrometer microscope spectrophotometer analyzer analyser diffraction xrd sem tem xps ftir
        raman uv-vis bet tga dsc icp nmr chromatograph gc hplc potentiostat spectroscopy microscopy edx eds hrtem
        fesem calorimeter porosimeter zetasizer afm esr epr vsm squid rheometer
        """,
    "atmosphere": "air nitrogen argon oxygen vacuum hydrogen helium ammonia n2 ar o2 h2 he nh3 inert atmosphere flow "
    "gas",
    "solvent": """
        water ethanol methanol propanol isopropanol 2-propanol butanol acetone acetonitrile toluene hexane heptane
        cyclohexane benzene xylene chloroform dichloromethane thf tetrahydrofuran dmf dmso dimethylformamide nmp ether
        glycol diglyme dioxane pyridine glycerol octadecene oleylamine ethylenediamine h2o etoh meoh ipa mecn dcm
        """,
    "brand": """
        sigma aldrich sigma-aldrich alfa aesar merck fluka acros strem fisher wako sinopharm aladdin kanto tci basf
        dupont degussa evonik johnson matthey riedel baker panreac vetec lancaster carlo erba abcr vwr prolabo junsei
        samchun showa nacalai tesque tokyo shanghai beijing tianjin guangzhou chengdu xilong kermel fritsch retsch
        bruker rigaku philips panalytical jeol hitachi shimadzu perkin-elmer perkinelmer agilent varian netzsch
        mettler toledo micromeritics quantachrome thermo bio-rad invitrogen qiagen neb promega roche millipore
        eppendorf gibco life lonza zymo epicentre illumina biolegend abcam corning falcon whatman macherey-nagel cabot
        tosoh nafion nippon nilaco umicore inco heraeus
        """,
    "company": "co ltd inc corp gmbh corporation company llc s.a plc ag kg chemicals chemical reagent reagents "
    "industries industry laboratories scientific technologies technology instruments group factory",
    "shape": """
        powder nanoparticle particle nanorod nanowire nanotube nanosheet sheet film thin-film layer pellet crystal
        nanocrystal sphere microsphere nanosphere fiber fibre nanofiber foam foil wire mesh rod plate flake bar disk
        disc ceramic glass gel aerogel xerogel sol hydrogel slurry suspension solution dispersion mixture precipitate
        precursor product sample residue solid liquid salt oxide catalyst electrode support template composite
        material compound phase cluster array monolith block ingot granule bead membrane coating bulk colloid emulsion
        supernatant filtrate paste ink melt target reagent solvent surfactant intermediate complex alloy
        """,
    "descriptor": """
        aqueous anhydrous deionized deionised distilled ultrapure pure high-purity concentrated dilute diluted
        saturated fresh clear transparent homogeneous white black yellow brown red green blue purple grey gray dark
        light colloidal amorphous crystalline polycrystalline mesoporous porous nano commercial analytical grade
        reagent-grade dry wet stoichiometric as-prepared as-obtained as-synthesized resulting obtained final uniform
        doped undoped coated hot cold warm excess metallic glacial fuming mixed solid liquid molten viscous sterile
        pre-chilled ice-cold dense single double hydrated conductive hydrophobic hydrophilic functionalized supported
        fine coarse
        """,
    "condition": """
        room temperature ambient overnight dropwise slowly rapidly vigorously gently constantly continuously
        magnetically immediately vigorous continuous constant magnetic gentle rapid slow several times respectively
        naturally stirring thoroughly carefully repeatedly hydrothermally thermally pressure static autogenous
        autogeneous ultrasonically mechanically intensely strongly drop-by-drop simultaneously quickly directly
        further night weeks days until speed rate
        """,
    "property": """
        purity diameter size thickness length width height area volume density weight molecular average surface pore
        conductivity resistance resistivity viscosity concentration yield ratio content color colour inner outer mean
        distance capacity power voltage current frequency wavelength porosity loading potential ph heating cooling
        ramping rate speed temperature time
        """,
    "method": """
        sol-gel hydrothermal solvothermal coprecipitation co-precipitation solid-state combustion method procedure
        process route synthesis technique approach impregnation deposition polymerization hummers stober pechini
        electrospinning microwave-assisted template templating evaporation-induced self-assembly sonochemical
        spin-coating dip-coating ball-milling reaction protocol
        """,
    "amount": "excess equivalent stoichiometric amount amounts proportion appropriate certain desired total small few "
    "drops trace remaining equal equimolar half",
    "place": "dark light ice bench fridge freezer refrigerator hood room incubator heat block magnet top bottom side "
    "inside centre center edge step",
    "seal": "seal cap lid cover parafilm foil wrap screw stopper plug close tape film",
    "biology": """
        dna rna cdna plasmid primer buffer cell culture medium media enzyme polymerase ligase antibody protein serum
        supernatant pellet lysate bead tissue embryo bacteria colony agar gel ladder dye stain pbs tbst bsa tris edta
        sds nacl trizol ethidium bromide chloroform phenol isopropanol ethanol dntp dntps template library adapter
        eluate kit reagent membrane blot plate tube well sample lysis wash elution binding mix master reaction
        """,
    "measure": "volume weight mass concentration length size level number ratio amount density od height depth "
    "diameter",
    "modifier": """
        gently carefully thoroughly briefly well immediately completely slowly quickly vigorously about approximately
        at least up to more less than least fresh clean new sterile appropriate desired enough another each additional
        every until final remaining small large several few same once twice further extra maximum minimum overnight
        """,
    "count": "times time once twice thrice fold cycles cycle",
}  # fmt: skip

_SUFFIX_CHANGES = (("ies", "y"), ("sses", "ss"), ("ied", "y"), ("ings", ""), ("ing", ""), ("edly", ""), ("ed", ""))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word in lower case without its inflexion: ``stirred``, ``stirring``, ``stirs`` are all ``stir``."""
    word = word.lower()
    if len(word) < 4 or not word.isascii():
        return word
    for ending, other in _SUFFIX_CHANGES:
        if word.endswith(ending) and len(word) - len(ending) >= 3 - len(other):
            base = word[: -len(ending)] + other
            if len(base) < 3:
                continue
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
                base = base[:-1]
            return base.removesuffix("e") if len(base) > 3 else base
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


#: stem -> names of the lists that hold it
LISTS: dict[str, tuple[str, ...]] = {}
for _name, _text in _LISTS.items():
    for _word in _text.split():
        _have = LISTS.get(stem(_word), ())
        if _name not in _have:
            LISTS[stem(_word)] = (*_have, _name)

#: words of grammar, kept as they are where other words are classed
GRAMMAR = words_of(
    """a an the of in to into onto on at by with without from for and or as was were is are be been being then after
    before under over until till during while when which that this these those it its their using used via through per
    between about ca approximately around above below than respectively followed further not no each both other another
    all first second finally subsequently next thereafter if you your do we our can will should may"""
)
NUMBER_WORDS = words_of(
    "one two three four five six seven eight nine ten twelve twenty thirty several half once twice thrice"
)
