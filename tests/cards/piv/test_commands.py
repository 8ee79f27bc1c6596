"""Every command's bytes against examples worked out by hand from SP 800-73-5 part 2 and the maker's pages."""

import pytest

from config.cards.piv import commands
from config.cards.piv.apdu import Command
from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.piv.objects import Object
from config.cards.port import Slot
from config.errors import InputError
from config.secret import Pin, Puk, Secret

DIGEST = bytes(range(32))
POINT = b"\x04" + bytes(64)
TRIPLE = ManagementAlgorithm.TRIPLE_DES
AES_256 = ManagementAlgorithm.AES_256
EIGHT, SIXTEEN = Secret(bytes(range(8))), Secret(bytes(range(16)))
KEY_24 = bytes(range(24))

EXAMPLES = {
    "select": (commands.select(), "00A40400 09 A00000030800001000 00"),
    "verify": (commands.verify(Pin("123456")), "00200080 08 313233343536FFFF"),
    "ask_tries": (commands.ask_tries(), "00200080"),
    "forget_pin": (commands.forget_pin(), "0020FF80"),
    "change_pin": (
        commands.change_pin(Pin("123456"), Pin("654321")),
        "00240080 10 313233343536FFFF 363534333231FFFF",
    ),
    "change_puk": (
        commands.change_puk(Puk("12345678"), Puk("87654321")),
        "00240081 10 3132333435363738 3837363534333231",
    ),
    "unblock": (commands.unblock(Puk("12345678"), Pin("654321")), "002C0080 10 3132333435363738 363534333231FFFF"),
    "sign_9a": (commands.sign(Slot.SIGN, DIGEST), f"0087119A 26 7C24 8200 8120{DIGEST.hex()} 00"),
    "sign_9e": (commands.sign(Slot.UNLOCK, DIGEST), f"0087119E 26 7C24 8200 8120{DIGEST.hex()} 00"),
    "agree_9d": (commands.agree(Slot.UNWRAP, POINT), f"0087119D 47 7C45 8200 8541{POINT.hex()} 00"),
    "probe_rsa": (commands.probe(Slot.SIGN, 0x07), "0087079A 04 7C028200 00"),
    "generate": (commands.generate(Slot.UNLOCK), "0047009E 05 AC03800111 00"),
    "get_data": (commands.get_data(Object.CHUID), "00CB3FFF 05 5C035FC102 00"),
    "put_data": (commands.put_data(Object.CERTIFICATE_9A, b"\xab\xcd"), "00DB3FFF 09 5C035FC105 5302ABCD"),
    "ask_witness": (commands.ask_witness(TRIPLE), "0087039B 04 7C028000 00"),
    "show_witness": (
        commands.show_witness(TRIPLE, EIGHT, EIGHT),
        "0087039B 16 7C14 80080001020304050607 81080001020304050607 00",
    ),
    "ask_challenge": (commands.ask_challenge(AES_256), "00870C9B 04 7C028100 00"),
    "answer_challenge": (
        commands.answer_challenge(AES_256, SIXTEEN),
        "00870C9B 14 7C12 8210000102030405060708090A0B0C0D0E0F 00",
    ),
    "get_version": (commands.get_version(), "00FD000000"),
    "get_serial": (commands.get_serial(), "00F8000000"),
    "get_metadata": (commands.get_metadata(0x9A), "00F7009A00"),
    "set_management_key": (
        commands.set_management_key(ManagementKey(KEY_24, TRIPLE)),
        f"00FFFFFF 1B 03 9B 18 {KEY_24.hex()}",
    ),
    "set_tries": (commands.set_tries(5, 8), "00FA0508"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_command_is_written_as_the_standard_says(name: str) -> None:
    command, expected = EXAMPLES[name]
    (apdu,) = command.pieces()
    assert apdu.reveal() == bytes.fromhex(expected)


def test_every_command_has_an_example() -> None:
    written = {
        name
        for name, made in vars(commands).items()
        if not name.startswith("_") and getattr(made, "__annotations__", {}).get("return") is Command
    }
    shown = (
        {name for name in EXAMPLES if name in written} | {name.rpartition("_")[0] for name in EXAMPLES} | {"get_data"}
    )
    assert written <= shown


# FIPS 197, appendix C; for 3DES with three equal keys the well-known single DES example.
BLOCKS = {
    "3des": (TRIPLE, "133457799BBCDFF1" * 3, "0123456789ABCDEF", "85E813540F0AB405"),
    "aes-128": (ManagementAlgorithm.AES_128, bytes(range(16)).hex(), "", "69C4E0D86A7B0430D8CDB78070B4C55A"),
    "aes-192": (ManagementAlgorithm.AES_192, bytes(range(24)).hex(), "", "DDA97CA4864CDFE06EAF70A0EC0D7191"),
    "aes-256": (ManagementAlgorithm.AES_256, bytes(range(32)).hex(), "", "8EA2B7CA516745BFEAFC49904B496089"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_management_ciphers_match_published_examples(name: str) -> None:
    algorithm, key, plain, hidden = BLOCKS[name]
    block = bytes.fromhex(plain or "00112233445566778899AABBCCDDEEFF")
    held = ManagementKey(bytes.fromhex(key), algorithm)
    assert held.encrypt(Secret(block)).reveal() == bytes.fromhex(hidden)
    assert held.decrypt(Secret(bytes.fromhex(hidden))).reveal() == block
    assert len(block) == algorithm.block_bytes


@pytest.mark.parametrize("algorithm", ManagementAlgorithm)
def test_a_management_key_has_the_length_of_its_cipher(algorithm: ManagementAlgorithm) -> None:
    fresh = ManagementKey.fresh(algorithm)
    assert len(fresh.reveal()) == algorithm.key_bytes
    assert fresh.reveal() != ManagementKey.fresh(algorithm).reveal()
    for length in (0, algorithm.key_bytes - 1, algorithm.key_bytes + 1):
        with pytest.raises(InputError):
            ManagementKey(bytes(length), algorithm)
