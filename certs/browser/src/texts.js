// Every sentence that the script itself shows. The page's own words stand in its template.

export const PASSPHRASE_MIN = 8;
// Windows' import dialog takes no more than 32 characters.
export const PASSPHRASE_MAX = 32;

export const texts = {
  working: "処理しています。このページを閉じずにお待ちください。",
  checkInput: "入力内容を確かめてください",
  notFetched: "電子証明書を取得できませんでした",
  notSaved: "ファイルを作れませんでした",
  unanswered:
    "サーバーから結果を受け取れませんでした。入力したログインIDと取得コードは残っています。" +
    "このページを閉じずに、ログインパスワードを入れ直して、もう一度［取得］を押してください。",
  unfit:
    "受け取った電子証明書が、このページで作った鍵と合いませんでした。" +
    "取引金融機関またはマスターユーザへ連絡してください。",
  oldProfileMissing:
    "古い形式の準備を読み込めませんでした。電子証明書は残っています。" +
    "もう一度［ダウンロード］を押すか、チェックを外して保存してください。",
  packingFailed:
    "保存するファイルを作れませんでした。電子証明書は残っています。もう一度［ダウンロード］を押してください。",
  required: (label) => `${label}を入力してください。`,
  passphraseLength: `パスフレーズは${PASSPHRASE_MIN}文字以上${PASSPHRASE_MAX}文字以内で入力してください。`,
  passphraseCharacters: "パスフレーズは半角の英字、数字、記号で入力してください。",
  passphraseDiffers: "パスフレーズと確認用の入力が違います。同じものを2回入力してください。",
};

/** The bank's customers are in Japan, so the day is Japan's whatever the machine's clock says. */
export function japaneseDate(date) {
  return new Intl.DateTimeFormat("ja-JP", { dateStyle: "long", timeZone: "Asia/Tokyo" }).format(date);
}
