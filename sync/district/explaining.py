"""What it can mean that a comparison does not add up, and what to look at: sentences, Indonesian and English."""

from dataclasses import dataclass

from config.words import builtin
from sync.district.reconciling import Check, Finding, Missing

_EQUATIONS = {
    check: (builtin("id")(f"equation.{check.value}"), builtin("en")(f"equation.{check.value}"))
    for check in (Check.ROLL, Check.ATTENDANCE, Check.SESSIONS, Check.CREDENTIALS)
}
CHECK_WORDS: dict[Check, tuple[str, str]] = {
    **_EQUATIONS,  # as on the tape
    Check.SLIPS: ("Struk di kotak = suara", "Slips in the box = votes"),
    Check.CHOICES: ("Struk yang pilihannya lain dari hasil = 0", "Slips whose choice is not the result's = 0"),
    Check.RESULT: ("Jumlah suara hasil = surat suara masuk", "Votes of the result = ballots cast"),
    Check.VOID: ("Surat suara batal dalam berkas = batal", "Void ballots in the file = void"),
    Check.TESTS: ("Uji yang dibuka dalam berkas = uji", "Tests opened in the file = tests"),
    Check.ENVELOPE: ("Lembar dalam amplop = batal - tanpa kertas + sobekan", "Envelope = void - paperless + fragments"),
    Check.PAPERLESS: ("Tanpa kertas paling banyak sejumlah terputus", "Paperless at most interrupted"),
    Check.PRESENT: ("Hadir TPS paling banyak sejumlah DPT TPS", "Attended at most the station's roll"),
    Check.LIST: ("Angka daftar hadir sama di semua bilik TPS", "All booths were told the same list"),
    Check.PACE: ("Sesi paling banyak yang mungkin pada jam itu", "Sessions at most what a booth can do then"),
    Check.DESK: ("Sesi TPS paling banyak yang mungkin bagi satu meja", "Sessions at most what one desk can do"),
    Check.CLOCK: ("Jam bilik dapat dipercaya", "The booth's clock can be believed"),
    Check.SOFTWARE: (
        "Perangkat lunak atau citra lain dari bilik lain = 0",
        "Software or image unlike other booths' = 0",
    ),
}
MISSING_WORDS: dict[Missing, tuple[str, str]] = {
    Missing.BATCH: ("berkas hasil belum ada: impor", "its batch is not here: import it"),
    Missing.DECISION: ("dua berkas bentrok: decide", "two batches in conflict: decide"),
    Missing.RESULT: ("hasil belum dibuka: decrypt", "its result is not opened: decrypt"),
    Missing.SLIPS: ("struk belum dihitung: slips scan, slips keep", "slips not counted: slips scan, slips keep"),
    Missing.ENVELOPE: ("amplop belum dihitung: slips keep --envelope", "envelope not counted: slips keep --envelope"),
    Missing.FILE: ("berkas hasilnya tidak terbaca di sini", "its batch cannot be read here"),
    Missing.CLOCK: ("jam bilik tidak dapat dipercaya", "the booth's clock cannot be believed"),
}


@dataclass(frozen=True)
class Meaning:
    """Two sentences in two languages."""

    mean_id: str
    mean_en: str
    look_id: str
    look_en: str


MEANINGS: dict[tuple[Check, str], Meaning] = {
    (Check.ROLL, ">"): Meaning(
        "Pemilih bagian DPT bilik lain memilih di sini, ada pemilih tambahan, atau seseorang memilih dua kali.",
        "Voters of another booth's part of the roll voted here, voters were added, or somebody voted twice.",
        "Bandingkan daftar hadir TPS dengan DPT; jumlahkan semua bilik TPS itu; hitung struk bilik ini.",
        "Hold the station's list against the roll; add up all booths of that TPS; count this booth's slips.",
    ),
    (Check.ATTENDANCE, ">"): Meaning(
        "Ada yang tercatat hadir tetapi tidak memilih dan tidak dicatat pergi, atau salah hitung di daftar hadir.",
        "Somebody was noted as present, did not vote and was not noted as leaving; or the list was miscounted.",
        "Hitung ulang tanda tangan daftar hadir; lihat sesi yang tidak selesai pada rekap.",
        "Count the signatures on the list again; look at the sessions on the tape that were not finished.",
    ),
    (Check.ATTENDANCE, "<"): Meaning(
        "Ada suara tanpa tanda hadir: meja lupa mencatat, atau satu orang memilih lebih dari sekali.",
        "There are votes without an entry in the list: the desk forgot one, or one person voted more than once.",
        "Hitung ulang daftar hadir, tanya meja dan saksi, hitung struk; catat dalam berita acara.",
        "Count the list again, ask desk and witnesses, count the slips; note it in the minutes.",
    ),
    (Check.SLIPS, ">"): Meaning(
        "Di kotak ada struk yang bukan suara: struk batal yang dimasukkan, cetakan ulang, salinan, atau bilik lain.",
        "There are slips in the box that are no votes: a void one, a reprint, a copy, or one of another booth.",
        "Hitung lagi dengan pemindai (slips scan): tanda ganda dan asing disebut; hitung amplop batal.",
        "Count again with a scanner (slips scan): doubles and foreign ones are told; count the void envelope.",
    ),
    (Check.SLIPS, "<"): Meaning(
        "Ada struk yang tidak masuk kotak: dibawa pulang, masuk amplop atau kotak bilik lain, atau salah hitung.",
        "A slip did not reach the box: taken home, put into the envelope or another booth's box, or miscounted.",
        "Hitung ulang, buka amplop batal, periksa kotak bilik lain di TPS itu.",
        "Count again, open the void envelope, look into the boxes of the other booths of that TPS.",
    ),
    (Check.CHOICES, ">"): Meaning(
        "Banyaknya cocok tetapi pilihannya tidak: tumpukan tertukar saat dihitung, atau cetakan lain dari surat suara.",
        "The number fits and the choices do not: heaps were mixed up, or print and ballot say different things.",
        "Hitung lagi dengan pemindai dan saksi. Jika tetap: amankan perangkat dan struk; kertas yang menentukan.",
        "Count again with a scanner and witnesses. If it stays so, secure device and slips: paper decides.",
    ),
    (Check.RESULT, ">"): Meaning(
        "Hasil yang berlaku lebih banyak daripada surat suara bilik: keputusan kertas melebihi catatannya.",
        "The result that counts has more votes than the booth has ballots: the decision by paper exceeds its record.",
        "Baca dasar keputusan; bandingkan dengan rekap bertanda tangan; hitung struk sekali lagi.",
        "Read what the decision rests on; compare it with the signed tape; count the slips once more.",
    ),
    (Check.RESULT, "<"): Meaning(
        "Hasil yang berlaku memuat lebih sedikit suara daripada surat suara bilik: struk hilang saat diputuskan.",
        "The result that counts has fewer votes than the booth has ballots: slips were missing when it was decided.",
        "Cari struk yang kurang (amplop, kotak bilik lain); baca dasar keputusan; hitung sekali lagi.",
        "Look for the missing slips (envelope, other boxes); read what the decision rests on; count once more.",
    ),
    (Check.SESSIONS, ">"): Meaning(
        "Sesi dibuka tetapi akhirnya tidak tercatat: listrik padam atau perangkat diganti di tengah sesi.",
        "A session was opened and its end is not on record: the power went, or the device was replaced within it.",
        "Lihat nyala ulang dan ambil alih di catatan bilik serta pita ambil alih; tanya petugas tentang pemilih itu.",
        "Look for restarts and takeovers in the booth's log and at the takeover tape; ask the officers.",
    ),
    (Check.SESSIONS, "<"): Meaning(
        "Lebih banyak akhir sesi daripada sesi: ambil alih dari stik yang tertinggal, atau dua perangkat melayani.",
        "More sessions ended than began: after a takeover from a stick that lagged, or two devices served the booth.",
        "Lihat pita ambil alih dan catatan stik tertinggal; pastikan perangkat lama tidak dipakai lagi; hitung struk.",
        "Look at the takeover tape and for a stick that lagged; make sure the old device was not used; count slips.",
    ),
    (Check.CREDENTIALS, ">"): Meaning(
        "Kredensial terpakai tanpa surat suara: surat suara tersegel yang tidak tercatat masuk maupun batal.",
        "A credential was spent without a ballot: one was sealed and is on record neither as cast nor as void.",
        "Lihat nyala ulang sebelum penutupan; hitung struk dan amplop; simpan stik dan perangkat sebagai bukti.",
        "Look for a restart before closing; count slips and envelope; keep stick and device as evidence.",
    ),
    (Check.CREDENTIALS, "<"): Meaning(
        "Lebih banyak surat suara daripada kredensial yang terpakai: tidak mungkin pada bilik yang benar.",
        "More ballots than credentials spent: a sound booth cannot do that.",
        "Amankan stik dan perangkat; jalankan 'bilik-district verify' pada berkasnya; hitung struk; lapor panitia.",
        "Secure stick and device; run 'bilik-district verify' on the file; count the slips; tell the committee.",
    ),
    (Check.VOID, ">"): Meaning(
        "Berkas memuat lebih banyak surat suara batal daripada yang dihitung bilik.",
        "The file holds more void ballots than the booth counted.",
        "Bandingkan rekap bertanda tangan; jalankan 'bilik-district verify' pada berkasnya; simpan stik.",
        "Compare the signed tape; run 'bilik-district verify' on the file; keep the stick.",
    ),
    (Check.VOID, "<"): Meaning(
        "Berkas memuat lebih sedikit surat suara batal daripada yang dihitung bilik.",
        "The file holds fewer void ballots than the booth counted.",
        "Bandingkan rekap bertanda tangan; jalankan 'bilik-district verify' pada berkasnya; simpan stik.",
        "Compare the signed tape; run 'bilik-district verify' on the file; keep the stick.",
    ),
    (Check.TESTS, ">"): Meaning(
        "Berkas membuka lebih banyak uji daripada yang dihitung: mungkin suara orang yang dibuka.",
        "The file opens more tests than were counted: a voter's ballot may have been opened.",
        "Bandingkan rekap dan catatan saksi tentang uji; simpan berkas dan jangan sebarkan; lapor panitia.",
        "Compare the tape and the witnesses' notes of tests; keep the file and pass it to nobody; tell the committee.",
    ),
    (Check.TESTS, "<"): Meaning(
        "Ada uji yang dihitung tetapi tidak dibuka dalam berkas, jadi tidak dapat diperiksa siapa pun.",
        "A test was counted and is not opened in the file, so nobody can check it.",
        "Bandingkan rekap dan catatan saksi tentang uji; ekspor ulang berkas dari bilik.",
        "Compare the tape and the witnesses' notes of tests; export the batch again from the booth.",
    ),
    (Check.ENVELOPE, ">"): Meaning(
        "Amplop memuat lembar lebih: struk suara masuk ke situ, atau sobekan tidak dicatat.",
        "There are papers too many in the envelope: a vote's slip went there, or a fragment was not noted.",
        "Pisahkan struk utuh dan sobekan; hitung kotak: kurang sebanyak itu? Tetap simpan di amplop.",
        "Part whole slips from fragments; count the box: is it short by as many? Leave them in the envelope.",
    ),
    (Check.ENVELOPE, "<"): Meaning(
        "Lembar batal tidak sampai ke amplop: masuk kotak, dibawa pulang, atau petugas keliru menjawab soal kertas.",
        "A void slip did not reach the envelope: it is in the box, taken home, or an answer about paper was wrong.",
        "Hitung kotak dengan pemindai; tanya petugas tentang surat suara yang terputus.",
        "Count the box with a scanner; ask the officers about the interrupted ballots.",
    ),
    (Check.PAPERLESS, ">"): Meaning(
        "Lebih banyak surat suara tanpa kertas daripada yang terputus: hanya yang terputus bisa tanpa kertas.",
        "More ballots without paper than interrupted ones, and only an interrupted one can be without.",
        "Hitung amplop batal; bandingkan dengan rekap; tanya petugas bagaimana mereka menjawab.",
        "Count the void envelope; compare it with the tape; ask the officers what they answered.",
    ),
    (Check.PRESENT, ">"): Meaning(
        "Yang hadir lebih banyak daripada DPT TPS: pemilih tambahan, atau angka salah diketik saat penutupan.",
        "More attended than are on the station's roll: voters were added, or a number was mistyped at closing.",
        "Hitung daftar hadir; bandingkan dengan rekap; catat pemilih tambahan dalam berita acara.",
        "Count the list; compare it with the tape; note added voters in the minutes.",
    ),
    (Check.LIST, ">"): Meaning(
        "Bilik-bilik TPS itu diberi angka daftar hadir yang berbeda saat penutupan, padahal daftarnya satu.",
        "The booths of the TPS were told different numbers of the list at closing, and there is one list.",
        "Bandingkan rekap semua bilik TPS itu; hitung daftar hadir; persamaan hadir di atas memakai bilik pertama.",
        "Compare the tapes of all its booths; count the list; the attendance above goes by the first booth.",
    ),
    (Check.PACE, ">"): Meaning(
        "Lebih banyak sesi daripada yang dapat dilayani satu bilik: kartu dipakai tanpa pemilih, atau jam bilik salah.",
        "More sessions than one booth can serve: the card was used without voters, or the booth's clock was wrong.",
        "Tanya petugas dan saksi tentang jam itu; bandingkan daftar hadir; hitung struk bilik ini.",
        "Ask officers and witnesses about that time; compare the list; count this booth's slips.",
    ),
    (Check.DESK, ">"): Meaning(
        "Semua bilik TPS itu bersama melayani lebih banyak orang daripada yang dapat dicatat satu meja.",
        "All booths of the TPS together served more people than one desk can note.",
        "Adakah lebih dari satu meja? Jika tidak: hitung daftar hadir dan struk; tanya saksi.",
        "Was there more than one desk? If not: count the list and the slips; ask the witnesses.",
    ),
    (Check.CLOCK, ">"): Meaning(
        "Jam bilik berlawanan dengan paket, catatan, atau dirinya sendiri: baterai jam habis, atau salah diatur.",
        "The booth's clock contradicts the package, the log or itself: its battery is empty, or it was set wrongly.",
        "Pakai jam dari berita acara; laju sesi tidak dapat dinilai dari catatan bilik ini.",
        "Go by the hours in the minutes; the pace of its sessions cannot be judged by its log.",
    ),
    (Check.SOFTWARE, ">"): Meaning(
        "Bilik ini dijalankan dengan rilis atau kartu memori lain dari kebanyakan bilik, atau diganti pada hari itu.",
        "This booth ran another release or memory card than most booths, or was changed during the day.",
        "Bandingkan sidik di laporan nol dan pita dengan citra yang diumumkan; simpan kartu memorinya; hitung struk.",
        "Compare the hashes on zero report and tape with the published image; keep its memory card; count the slips.",
    ),
}
"""For each comparison and each side on which it can fail."""


def meaning_of(finding: Finding) -> Meaning | None:
    """What to say of a comparison that fails or is unlikely; None for every other."""
    return MEANINGS.get((finding.check, finding.relation))
