"""What a real facility calls things: lines with their genetics, members, vocabularies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlleleSpec:
    """``wildtype`` is the sequence of the untouched locus; None for a transgene that went in at random."""

    nickname: str
    standard_name: str
    mutant: str
    wildtype: str | None


@dataclass(frozen=True, slots=True)
class LineSpec:
    nickname: str
    name: str
    phenotype: str
    stock_number: str
    share: int
    """How much of the colony it is, beside the others."""
    alleles: tuple[AlleleSpec, ...]


_TTA = AlleleSpec("Camk2a-tTA", "Tg(Camk2a-tTA)1Mmay", "tTA", None)
_G6S = AlleleSpec("tetO-G6s", "Tg(tetO-GCaMP6s)2Niell", "GCaMP6s", None)
_PV = AlleleSpec("PV-Cre", "Pvalb<tm1(cre)Arbr>", "PV-Cre mut", "PV-Cre wt")
_SST = AlleleSpec("SST-Cre", "Sst<tm2.1(cre)Zjh>", "SST-Cre mut", "SST-Cre wt")
_DAT = AlleleSpec("DAT-Cre", "Slc6a3<tm1.1(cre)Bkmn>", "DAT-Cre mut", "DAT-Cre wt")
_AI32 = AlleleSpec("Ai32", "Gt(ROSA)26Sor<tm32(CAG-COP4*H134R/EYFP)Hze>", "Ai32 mut", "ROSA26 wt")
_VGAT = AlleleSpec("VGAT-ChR2", "Tg(Slc32a1-COP4*H134R/EYFP)8Gfng", "VGAT-ChR2", None)

LINES = (
    LineSpec(
        "CK", "Camk2a-tTA x TetO-G6s", "calcium indicator in excitatory neurons", "007004", 5, (_TTA, _G6S)
    ),
    LineSpec("PV", "PV-Cre", "Cre in parvalbumin neurons", "017320", 4, (_PV,)),
    LineSpec("SST", "SST-Cre", "Cre in somatostatin neurons", "013044", 3, (_SST,)),
    LineSpec("DAT", "DAT-Cre", "Cre in dopamine neurons", "006660", 3, (_DAT,)),
    LineSpec("G6", "TetO-G6s", "calcium indicator where tTA is", "024742", 3, (_G6S,)),
    LineSpec("AI", "Ai32", "channelrhodopsin where Cre is", "024109", 3, (_AI32,)),
    LineSpec("PVAI", "PV-Cre x Ai32", "channelrhodopsin in parvalbumin neurons", "017320", 2, (_PV, _AI32)),
    LineSpec("VG", "VGAT-ChR2", "channelrhodopsin in inhibitory neurons", "014548", 2, (_VGAT,)),
)

EAR_MARKS = ("L", "R", "LR", "LL", "RR", "LLR", "LRR", "LLRR", "LLL", "RRR", "LLLR", "LRRR")

LABS = (
    ("Hale Lab", "Institute of Neuroscience"),
    ("Castell Lab", "Institute of Neuroscience"),
    ("Winther Lab", "Centre for Behaviour"),
)

PEOPLE = (
    ("Miriam", "Okafor"),
    ("Daniel", "Brandt"),
    ("Sanna", "Virtanen"),
    ("Jonas", "Hale"),
    ("Elif", "Aydin"),
    ("Tomas", "Reyes"),
    ("Priya", "Raman"),
    ("Aiko", "Mori"),
    ("Lucie", "Moreau"),
    ("Owen", "Pritchard"),
    ("Hanna", "Lindqvist"),
    ("Marco", "Bellini"),
    ("Grace", "Adeyemi"),
    ("Pavel", "Novak"),
    ("Ines", "Duarte"),
    ("Samuel", "Koh"),
    ("Nora", "Fischer"),
    ("Callum", "Reid"),
    ("Yara", "Haddad"),
    ("Stefan", "Ilic"),
    ("Wren", "Abbott"),
    ("Dora", "Szabo"),
    ("Kwame", "Mensah"),
    ("Lena", "Vogt"),
    ("Ravi", "Iyer"),
    ("Petra", "Janssen"),
    ("Hugo", "Alvarez"),
)

WATER_TYPES = ("Water", "Water 10% Sucrose", "Hydrogel", "Citric Acid Water 2%")
PROCEDURES = (
    ("Headplate implantation", "steel headplate on the skull, dental cement"),
    ("Craniotomy", "cranial window"),
    ("Virus injection", "stereotaxic injection of a viral vector"),
    ("Behaviour training", "head-fixed task for water"),
    ("Handling", "habituation to the experimenter"),
    ("Ear biopsy", "ear mark and tissue for genotyping"),
    ("Perfusion", "under terminal anaesthesia"),
)
CULL_REASONS = (
    ("Surplus", "not needed for breeding or experiments"),
    ("Wrong genotype", "does not carry the alleles that are wanted"),
    ("End of experiment", "tissue taken or experiment complete"),
    ("Retired breeder", "too old or no longer breeding"),
    ("Health", "humane end point reached"),
)
CULL_METHODS = (
    ("CO2", "rising concentration"),
    ("Cervical dislocation", ""),
    ("Perfusion", "under terminal anaesthesia"),
)
CAGE_TYPES = (("IVC 500", "individually ventilated, up to 5 mice"), ("Conventional 1284L", "open top"))
ENRICHMENTS = (
    ("House and nesting", "red house, cotton nestlet"),
    ("Tunnel and wheel", "tunnel, saucer wheel"),
)
FOODS = (("Standard diet", "pellets, free access"), ("Breeding diet", "9 % fat, free access"))
LOCATIONS = ("Holding Room 1", "Holding Room 2", "Surgery Room")
PROJECTS = (
    ("Decision making", "visual discrimination, wide-field imaging"),
    ("Interneuron circuits", "optogenetics during behaviour"),
    ("Reward learning", "dopamine in a foraging task"),
)
PROTOCOLS = ("habituation", "detection_easy", "detection", "discrimination", "discrimination_biased")
VIRUSES = ("AAV1-Syn-GCaMP6s lot 4411", "AAV5-DIO-ChR2-mCherry lot 2087", "AAV9-CAG-FLEX-tdT lot 1630")
IMPLANT_NOTES = (
    "Headplate cement chipped at the left edge, repaired under brief anaesthesia.",
    "Skin at the headplate dry and closed, no sutures left.",
    "Restless in the head fixation; shorter session, more handling.",
)
NOTES = (
    "Small scab on the back, probably from fighting. Watch.",
    "Upper incisors long, trimmed.",
    "Barbered whiskers on the right side; nest material added.",
    "Slightly hunched this morning, bright again in the afternoon.",
    "Bald patch behind the ears, not inflamed.",
)
