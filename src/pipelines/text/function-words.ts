/**
 * The function words of each language, in lower case. They show the language of a text, and say nothing about its
 * subject.
 */
export const FUNCTION_WORDS = {
  english: `the of and to a in is that for it as with on by this be at from or an are was were not
    which have has had but they their them he she his her its we our you your i my if will would
    shall should can could may might must do does did been being no any all such other than then
    there these those who whom whose what when where why how into under upon over after before
    between within without about also only more most some each every both either neither so up out
    because while during until against through again once here just very too own same get got`,
  german: `der die das und in den von zu dem mit sich des auf für ist im eine ein nicht als auch es an
    werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war
    haben nur oder aber vor zur bis mehr durch man dann soll kann können muss müssen darf dürfen
    sollen wurde worden sein seine seiner seinem seinen ihr ihre ihrer ihrem ihren ich du wir uns
    mir mich dir dich mein meine meinen meiner meinem dein deine euch wenn ob was wer wem wen wo
    wann warum wieso welche welcher welches welchen welchem dieser diese dieses diesem diesen jede
    jeder jedes jeden jedem alle aller allen kein keine keinen keiner sowie unter gegen ohne
    zwischen während wegen seit sofern soweit hierzu dabei davon dafür damit daran darauf daraus
    eines hatte hätte wäre würde habe bin bist seid gibt etwa bereits nun denn weil doch`,
  french: `le la les de des du un une et à au aux en est que qui dans pour par sur pas ne il elle ils
    elles ce cette ces cet son sa ses leur leurs avec ou plus sont être été avoir a ont se si mais
    comme tout tous toute toutes nous vous je tu mon ma mes notre votre dont où sans sous entre
    ainsi cela peut doit lors même autre autres aucun fait après avant quand pourquoi comment
    quel quelle lui ci soit était doivent peuvent`,
  spanish: `el la los las de del y que en un una por con no para es al lo como más o su sus se le les
    ha han pero este esta estos estas ese esa esto son sin sobre entre cuando todo todos toda todas
    ser también fue era muy hasta desde donde quien cual cuyo nos ya si porque cada otro otra otros
    otras mi tu usted puede debe será están está sido hay según durante contra ante qué cómo cuándo`,
  italian: `il lo la i gli le di del dello della dei degli delle a al allo alla ai agli alle da dal dalla
    dai dalle in nel nella nei nelle su sul sulla e ed che non è un uno una per con si come sono o ma
    anche più se questo questa questi queste quello essere stato ha hanno tra fra cui ogni tutti
    tutte suo sua loro nostro dove quando perché può deve sia senza ciò altro altri dopo prima`,
  portuguese: `o a os as de do da dos das em no na nos nas e que um uma uns umas para por pelo pela pelos
    pelas com não se é ao aos à às como mais ou seu sua seus suas são foi ser tem têm mas este esta
    isso esse essa entre sem sobre quando também até já ele ela eles muito pode deve será está
    estão quem qual cada outro outra outros outras todo todos durante você onde lhe porque`,
  dutch: `de het een en van in is dat op te zijn voor met die niet aan er om dan ook als bij door naar
    of uit worden wordt over nog kan maar dit deze hij zij wij ze we je u ik heeft hebben had was
    waren tot moet moeten zal zullen mag geen meer indien tegen onder tussen hun haar zich wat wie
    waar wanneer hoe welke alle andere zoals omdat alleen na zonder binnen tijdens werd daarvan`,
} as const
