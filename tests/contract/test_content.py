from __future__ import annotations

from anlass.adapters.aws.s3 import S3Content
from anlass.adapters.memory.content import MemoryContent
from anlass.ports import VersionedContent

from tests.contract.house import AwsHouse, House

FILES = {
    "settings.json": "{}",
    "journeys/cart.json": '{"name": "Warenkorb – Erinnerung"}',
    "journeys/welcome.json": "{}",
    "templates/first/de/subject.txt": "Hallo",
}


def filled(house: House) -> VersionedContent:
    """The marketers' upload."""
    if not isinstance(house, AwsHouse):
        return MemoryContent(FILES)
    for path, text in FILES.items():
        house.clients.s3.put_object(Bucket=house.names.bucket("content"), Key=f"content/{path}", Body=text.encode())
    return S3Content(house.clients.s3, house.names.bucket("content"))


def test_files_are_read_by_their_path_below_content(house: House) -> None:
    content = filled(house)
    assert content.read("journeys/cart.json") == FILES["journeys/cart.json"]
    assert content.read("journeys/none.json") is None


def test_files_are_listed_by_the_beginning_of_their_path(house: House) -> None:
    content = filled(house)
    assert content.list("journeys/") == ["journeys/cart.json", "journeys/welcome.json"]
    assert content.list("") == sorted(FILES)
    assert content.list("nothing/") == []


def test_a_report_lies_beside_the_content(house: House) -> None:
    filled(house).write_report("reports/journeys/cart.txt", "Zeile 3: …", "text/plain; charset=utf-8")
    if isinstance(house, AwsHouse):
        key = "reports/journeys/cart.txt"
        report = house.clients.s3.get_object(Bucket=house.names.bucket("content"), Key=key)
        assert report["ContentType"] == "text/plain; charset=utf-8"
        assert report["Body"].read().decode() == "Zeile 3: …"
        house.clients.s3.delete_object(Bucket=house.names.bucket("content"), Key=key)


def test_a_generated_file_lies_among_the_marketers(house: House) -> None:
    content = filled(house)
    content.write("schema/names.json", '{"traits": {"Größe": "string"}}')
    assert content.read("schema/names.json") == '{"traits": {"Größe": "string"}}'
    assert content.list("schema/") == ["schema/names.json"]
    if isinstance(house, AwsHouse):
        place = {"Bucket": house.names.bucket("content"), "Key": "content/schema/names.json"}
        assert house.clients.s3.get_object(**place)["ContentType"] == "application/json"
        house.clients.s3.delete_object(**place)
