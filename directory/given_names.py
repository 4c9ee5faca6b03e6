"""Given names heard in the UK, from every part of the world.

Lower case and without accents. A name that is missing is not found by itself, only
with a title or beside an office.
"""

from typing import Final

#: Given names that are hardly ever anything else.
GIVEN: Final = frozenset(
    word
    for line in """
    aaliyah aaron abbie abby abdallah abdi abdirahman abdirizak abdul abdulkadir
    abdullah abdulrahman abel abena abigail abiola abosede ada adaeze adam adebayo adeel
    adele adeline aden adeola adesuwa adina adnan adolf adrian adrienne afia afua agata
    agnes agnetha agnieszka agustin ahmad ahmed ahmet ahsan aida aidan aileen ailsa
    aimee aine aisatou aisha aisling ajay akash akeem akinola akosua akua alan alana
    alasdair alastair albert albertina aled aleena alejandro aleksandra alessandra
    alessandro alessia alex alexander alexandra alexandre alexandru alexia alexis alf
    alfie alfred alhaji ali alice alicia alina alison alistair alix aliyah allan allison
    alma althea alun alvin alwyn alyson amanda amara amardeep amarjit ambrose ameena
    amelia amelie amena amina aminah aminata amir amit amjad amos amrit amy ana anand
    ananda anas anastasia anastazja anca anders andre andreea andrei andrew andrzej
    andrzejs andy aneta anette angela angelica angelina angelo angharad angie angus
    anielka anika anil anisa anish anita anjali anjum ann anna annabel annabelle
    annalise anne anne-marie anneka annette annie annika annmarie anselm anthony
    antoinette antonia antonio antony anuradha anwar anwen anya arabella archibald
    archie arek aretha ariana arif arjun armando arnie arnold arthur artur arun arvind
    arwel arwen asad aselefech asha ashleigh ashley ashok ashraf asif asim aslam asma
    astrid athena audra audrey augusta auguste aurelia aurelie ava avril ayaan aydin
    ayesha ayo ayodele ayse aysha ayub azeem aziz azra babak babatunde bahar bako balbir
    baldev baljit balraj balwinder barbara barney barry bartek bartosz bashir bastian
    beata beatrice beatrix beatriz becca becky behrouz belinda ben benedict benita
    benjamin benny berenice bernadette bernadine bernard bernice bernie bert bertie
    beryl bess beth bethan bethany betsy bettany bettina betty bev beverley bex bhavna
    bhupinder bianca bikram bilal billy bintou birgit bisi blanche blodwen blodwyn bob
    bobbie bobby bodil bogdan boguslaw boris bozena breda brenda brendan brian brianna
    bridget bridie brigid brigitte britta bronagh bronwen bruce bruno bryan bryn bryony
    bukola caitlin caitlyn caleb callum cameron camilla camille candice cara carina carl
    carla carley carlos carly carmel carmela carmen caro carole carolina caroline
    carolyn carrie carys casper cassandra cassie cath cathal catharine catherine
    cathleen cathy catrin catriona cecil cecile cecilia cecily cedric celeste celia
    celina celine ceri cerys cezary chandra chantal chantel chantelle charis charlene
    charles charley charlie charmaine chas chaz chelle cherie cherise cheryl chiamaka
    chiara chidera chidi chika chinedu chinwe chioma chipo chitra chloe chris chrissie
    chrissy christa christel christina christine christopher christos chukwudi
    chukwuemeka chuma cian ciara ciaran cicely cilla cillian claire clara clare clarence
    clarissa claudette claudia claudine clementine cleo cliona clive clodagh cody
    colette colin colleen collette conchita connor conor constantin cordelia corey
    corina corinne corrie cosima cosmin costas cressida crispian crispin cristina
    cynthia cyril cyrus dafina dafydd dagmar daisuke dalia damian damien damilola damon
    dan danica daniel daniela danielle danny danuta daphne dara daria darius darja
    darlene darrell darren darryl darshan daryl dave david davide davie davina davinder
    davor dawid dawit deana deanna debbie deborah declan deepa deepak deepika deimante
    deirdre delia delphine delroy delyth demetrius demi denis denise dennis denny deon
    derek des desiree desmond dewi dhanesh dhruv diana diane dianne diarmuid diego
    dieter dilip dilys dimitra dimitri dimitrios dina dinah dinesh dionne divya dobromir
    dolores dominic donald donna dora doreen dorian dorin doris dorota dorothy doug
    dougal dougie douglas drazen dulcie duncan dusan dwayne dylan dympna eamonn ebele
    ebony ebrahim eddie edina edith edmond edmund edna eduardo edward edwin edwina effie
    efosa efua egbert eileen eilidh eilis eirian eirlys eirwen ekaterina ekow elaine
    eldred eleanor eleanora elena eleni eleonora eleri elfed elfriede elgan eli elias
    elidh elif elin elisa elisabeth elisabetta elisha elizabeth ella ellen ellie elliot
    elliott elodie eloisa eloise elsa elsie elspet elspeth elton eluned elvira elwood
    elwyn emanuel emeka emil emile emilia emiliano emily emine emma emmanuel emmeline
    emmet emmie emre emyr enda enid enrico enrique enzo eoghan eoin ephraim erdem eric
    erica erik erin ernest ernesto errol erwin esben eshe esi esme esperance esra essie
    estela estelle estera esther ethan ethel etienne etta euan eugene eugenia eugenie
    eunice eustace eva evadne evan evangeline evelyn evie ewa ewan ewelina eyup ezra
    fabian fabio fabrice fadi fahima faisal faiza farah fareed fareeda farhan farida
    farooq farrukh fatema fatemeh fathima fatima fatma fatou faustina fawzia fearghal
    federica federico felicia felicity felix femi fenella fenton ferdinand fergus
    fernando feroz ffion fidel fidelma filip filippo fiona fionnuala firoz fizza flavia
    folake folasade fran franca frances francesca francine francis francisco francois
    franek frankie franz fraser fred freda freddie freddy frederica frederick frederik
    freya frida friedrich fulvia fumiko funmi gabriel gabriela gaby gaenor gaia gail
    galina ganesh gareth garry gary gaspard gaurav gavin gayle gaynor gbenga geeta gemma
    genevieve geoff geoffrey georg georgie georgina georgios geraint gerald geraldine
    gerard gerda gerhard gerlinde germaine gerry gert gertrude gethin ghazala ghislaine
    giancarlo gideon gilda giles gill gillian gina gintare giorgio giovanna giovanni
    giselle gita giulia giuseppe gladwin gladys glenda glennis glenys gloria glynis
    glynn godfrey gopal gordon gosia gracie graeme graham grainne greer greg gregory
    greta grzegorz guido guilherme guillaume gulnaz gulsen gunnar gurdeep gurdip gurmeet
    gurpreet gustav guy gwen gwenda gwendolen gwendoline gwenllian gwilym gwyneth
    gwynfor habiba hadiza hafsa haider hajra hakan hakeem halima halina hamid hamida
    hamish hamza hana hanan hanif hanna hannah hans hansa hardeep hari haris harish
    harjit harold haroon harpreet harriet harry harun harvinder hasan haseena hashim
    hassan hassana hatice hattie hayden haydn hayley hector hedley hedwig heidi helen
    helena helene helga hella hema hemant henrietta henriette henrik henry henryk herman
    hermina hermione hibo hilaire hilal hilary hilda himanshu hina hiroshi hisham hodan
    honora horace hortense howard howell hristo hubert huda hugh hugo humaira humphrey
    husna hussain hussein huw hywel iain ian ibrahim ibtisam idris iesha ieuan ifan ife
    ifeoma igor ikram ilona imelda imke imogen imran inaya inderjit indira indra indu
    inga ingeborg ingrid inigo ioan ioana iolo ionut iqbal irena irene irenka irina irma
    irshad irving isaac isabel isabella isabelle isaiah isha ishaan ishbel ishtiaq
    isidora isla ismail isobel isolde issac itziar iulia ivan ivana ivo ivor iwan iwo
    iwona izabela izzy jabeen jacek jacinta jack jackie jacob jacqueline jacquelyn
    jacqui jadwiga jagdish jagoda jaime jaimie jaipal jake jakob jakub jamal james jamie
    jamila jamshid jane janek janet janette janice janina janine janis janusz jared
    jarek jaroslaw jas jasbir jasmeet jasmin jasmina jason jaspreet jasvinder jaswinder
    javed jawad jaya jayne jaz jean jean-luc jean-paul jeanette jeannette jeannie jed
    jeff jeffrey jehan jelena jemima jemma jenna jennie jennifer jenny jeremy jermaine
    jerome jerrod jerry jerzy jessica jethro jez jhansi jill jillian jim jimi jimmy
    jiten jitendra jo joachim joan joana joanie joanna joanne joaquin jocasta jocelyn
    jodi jodie joe joel joely joey johan johana johanna johannes john johnathan johnny
    jolanta jolene jon jonathan jonny jools jorge jorgen jorja jose josef josefina
    josefine joseph josephine josh joshua josiah josie josip jovan joyce jozef juan
    juanita judah judi judith judy jules julia julian julie juliet julius jurek jurgen
    justin justine justyna juwon jyoti kabir kacey kacper kadijah kadir kai kaisa kajal
    kalpana kamal kamala kamaldeep kamila kamini kamran kaneez kanta kapil kareem karen
    karena karim karima karin karina karl karolina karolyn karsten kashif kasia kasim
    kasper katarina katarzyna kate kateryna kath katharine katherine kathi kathie
    kathleen kathrin kathryn kathy katia katie katja katrina katy katya kavita kay kayla
    kayleigh kaz kazim kazimierz keanu keeley kehinde keira keiran keisha keith kelechi
    kelly kelvin kemal kemi ken kenan kendra kenji kenneth kenny kenrick kenton kerensa
    kerri kerrie kerry kerstin keshav kevin khadija khadijah khaled khalid khalil khushi
    kiara kieran kim kimberley kimberly kinga kiran kiri kiril kirsten kirstie kirsty
    kiya kjell klara klaudia klaus kofi kojo komal konrad konstantin kris krish krishna
    krista kristen kristian kristin kristina kristine kristof krystal krystyna krzysztof
    kuldeep kulwinder kumar kunal kush kwabena kwaku kwame kwasi kwesi kyle kylie
    lachlan ladislav laila lakshmi lalita lana lara larissa lars laszlo latika latoya
    laura lauren laurence laverne lavinia lawal lawrence laxmi layla leah leandra leanne
    lee leela leif leila lemuel len lena leo leon leona leonard leonid leonie leonora
    leopold leroy lesego lesley leslie leszek leticia lettie lewis lexi lexie liam liana
    libby libor lidia liese lila lilia lilian liliana lilith lillian lillie lina linas
    linda lindsay lindsey linh linnea linton lionel lisa lisbeth lise liv livia liz
    lizzie llinos lloyd loic lois lonnie loreen lorena lorenzo loretta lorinda loris
    lorna lorraine lottie lou louella louis louisa louise lovell lowri luca lucas lucia
    lucian luciana luciano lucie lucille lucinda lucjan lucretia lucy ludmila ludo luigi
    luis luisa luiza luka lukas lukasz luke lula lulu lydia lyn lynda lyndon lyndsay
    lyndsey lynette lynn lynne lynsay lynsey lyra maarten mabel mabli macey maciej
    maciek madalena maddie maddy madelaine madeleine madhu mae maeve magda magdalena
    maggie magnus mahalia mahboob maher mahesh mahir mahmood mahmoud mahnoor mair maire
    maisie majid makeda malachi malachy malak malala malcolm malcom malgorzata mallory
    mamadou manal mandeep mandla mandy manfred manisha manjit manoj manpreet manuel
    manuela marcel marcela marcella marcelo marcia marcin marcus marek margaret
    margaretha margarida margarita margery margherita margot marguerite maria mariam
    mariamma marian mariana marianna marianne marie marieke mariella marilyn mario
    marion marisa marius mariusz marjorie marjory marketa markus marlene marlon marnie
    marta martha martina martyn marvin marwa mary mary-ann mary-jane maryam maryann
    maryanne maryla marzena masood masuma matas mateo mateusz mathew mathilda matias
    matilda matilde matt matteo matthew matthias mattie maura maureen maurice maurizio
    mavis maximilian maxine maya mayank meabh meena meera megan megha mehdi mehmet
    mehmood mehreen mehul meinir meirion melania melanie melina melissa melvin melvyn
    mererid mervat mervyn meryl mia michael michaela michaella michal michela michele
    michelle mick miguel mihai mikael mike mikhail miklos mikolaj milan mildred milena
    millicent millie milly mina minal mindy mirabelle miranda mireille mirela miriam
    miroslav mirza misha mitesh miyuki modupe mohamed mohammad mohammed mohan mohit moin
    moira mojisola molly mona monica monika monique monira morag mordecai morgana morven
    morwenna moses moshe moustafa mubarak muhammad muhammed muhsin mukesh mumtaz munir
    munira murad murali murdo muriel murtaza muskaan mustafa myfanwy myra myron nabeel
    nabila nadeem nadeen nadezhda nadia nadine nadir naeem naheed nahid naim naima
    nainesh najma nalini nancy nanette naoko naomi narendra nargis narinder nasim nasir
    nasreen nassim natacha natalia natalie natalya natasha nathalie nathan nathaniel
    navdeep naveed nayan nazanin nazia nazir neal neelam neeraj neeta neha neil nerissa
    nerys nessa nevena ngozi nia niall niamh nicholas nicholette nick nicky nicola
    nicolae nicolas nicole nicoleta nigel nigella nikhil nikita nikki niklas nikola nils
    nimisha nina ninette niraj nirmala nisar nisha nita nitin nkechi noah noelle noemi
    nollaig nomvula noor noora nora norbert noreen noreena norma norman nouman nour
    nuala nusrat nyasha obinna odette odhran oisin oksana olaf olamide olayinka oleg
    oleksandr olena olexiy olga oliver olivia olivier ollie olubunmi olufemi olumide
    oluwaseun oluwaseyi olwen olwyn omar omari omotola onyeka oona ophelia oriana oriel
    orla orlaith orsolya orville osagie osama oscar osei oskar osman osvaldo otis
    ottilie owain owen oyinkan ozan ozlem pablo paco padma padraig pam pamela panos
    paolo parag paresh parisa parminder parvati parveen pascal pascale pasquale patrice
    patricia patrick patrycja patryk patsy paul paula pauline pavel pavlos pawan pawel
    peadar pearline pedro peggy penelope perminder pernille persephone pete peter petr
    petra petrina petronela petronella petros petru phil philip philippa philippe
    phillip phillippa philomena phoebe phyllida phyllis pierre piers pinar pindar piotr
    pippa polina polly poonam prabha prabhjot pradeep pradip prakash prakesh pramod
    pranav prasad prashant pratima preeti prisca priscilla pritam pritesh priya purnima
    quincy rabia rachael rachel rachida radek radhika radu raelene rafael rafaela rafal
    rafe raghav raheela raheem rahel rahim rahima rahma rahul raisa raj raja rajan
    rajesh rajinder rajiv rajni raju rakesh raman ramesh ramin ramon ramona rana randeep
    randolph rania ranjana ranjit raphael raquel rasa rasheed rasheeda rashid rashida
    ravi ravinder raymon raymond rayna razia reagan rebeca rebecca rebekah reece reema
    reena reg regan reginald rehana rehman reinhard rekha rena renata rene renee renuka
    resham reshma reuben reyhan reza rhea rhett rhian rhiannon rhoda rhodri rhona rhonda
    rhydian rhys riaz ricardo richard ricky rigoberto rihanna rikke rikki rishi rita
    ritchie ritu riya rizwan robbie robert roberta roberto robyn rocco rochelle roderick
    rodney rodolfo rodrigo roger rohan rohit roisin roksana roland rolf romain romana
    romeo romesh romilly romola ron ronald ronan ronda ronnie ronny roopa roopal rory
    rosalba rosaleen rosalia rosalie rosalina rosalind rosamond rosamund rosanna rosario
    roscoe roseanna roseanne roselyn rosemary rosetta roshan rosie rosina rosita roslyn
    ross rowena rowland roxana roxanne roy roya roz rozalia rubina rudi rudolf rukhsana
    rukhsar ruksana runa rupa rupert rupinder ruqayyah rushda russell ruta ruth ruthie
    ryan ryszard ryszarda saad sabah sabeena sabiha sabina sabri sabrina sadaf sadhana
    sadia sadie saeed safa safina safiya sahar sahil saif saima saira sajid sajida
    sakina saleem salih salim sally salma salman salome salvatore sam samantha samer
    samia samina samir samira samuel sanah sandeep sandhya sandie sandip sandor sandra
    sania sanjana sanjay sanjeev santosh saoirse sapna saqib sara sarah sarah-jane
    saraswati sarath sarina sarita sarwar sascha saskia sathya satinder satish satnam
    saul saurabh savita sayed seamas seamus sean sebastian seema sefton selam selin
    selina selwyn seren serena serge sergei sergio sergiu seth seumas seyi shabana
    shabnam shafiq shagufta shaheen shahid shahida shahnaz shaista shakeel shakil
    shakira shalini shamim shamima shamsa shanaz shane shanelle shanice shanna shannon
    shanta shanthi shanti sharda sharlene sharmila sharmin sharon shaun shauna shawn
    sheela sheena shefali sheila shelagh shelley shellie shereen sherri sheryl shibani
    shilpa shireen shirin shirley shivani shoaib shobana shobha shola shona shraddha
    shreya shubha shyam sian siana sibusiso sidra siegfried sigrid silas silvia simeon
    simon simona simone simran sinead siobhain siobhan sioned sipho siriol sitara sivan
    slawomir snezana sofia sohail solange soledad solomon sonal sonia sonja sonya sophia
    sophie soraya sorcha soren stacey stacy stan stanislaw stanley stavros stefania
    stefano steffi stelios stella steph stephan stephane stephania stephanie stephen
    steve steven stevie stu stuart subhash sudha sue suha sukhdev sukhwinder suki
    suleiman suleman sultana suman sumathi sumera sumit sunil sunita sunniva suraj
    suresh surinder surjit susan susana susanna susannah susi susie suzana suzanna
    suzanne suzette suzy svein svetlana swati sybil syed sylvester sylvia sylvie sylwia
    szymon tabassum tabitha tadeusz taha tahir tahira tahmina taiwo talia talib taliesin
    tamanna tamara tamas tamer tamika tammy tamsin tamzin tania tanveer tanvi tanwen
    tanya taofeek tara taras tarek tariq taryn tash tasha tasneem tatiana tatum tayo
    tayyab ted tegan tegwen tejal temi temitope teodor teona terence teresa tereza
    terrance terri tess tessa thaddeus thandi thandiwe thea thelma thelonious theo
    theodor theodora theodore theresa therese thierry thirza thom thomas thora tiago
    tierney tiff tiffany tilda tilly tim timea timo timothy tina tirion tobi tobias toby
    todor tolga tolu tomas tomasz tommy toni tony tonya torben tova toyin tracey tracie
    tracy trevor tricia trish tristan tristram trudi trudy tulsi tunde turgut tyler
    tyrone uche ugo uju ulla ulrike umar umberto umesh ummi una ursel ursula usha uwe
    uzma uzoma vadim valentin valentina valentino valeria valerie vanda vandana vanessa
    varun vasanthi vasil vasile vasilis vaughan velda velma venetia venkat vera verena
    verity vernon veronica veronika vesna viacheslav vibha vicente vicki vicky victoriya
    vida vidya vijay vijaya vikki vikram viktor viktoria vilma vimala vinay vincent
    vinnie vinod violeta viorel viraj virendra vishal vishnu vitalij vito vitor viv
    vivek vivian vivien vivienne vlad vladimir volodymyr vusi vyacheslav wafa wafaa
    waheed wahid walid wanda waqas wasif wasim wayne wendy wenona werner wesley wieslaw
    wiktor wiktoria wikus wilbert wilf wilfred wilfredo wilhelm wilhelmina willa willem
    william winfred winifred winnie winona winsome winston witold wladyslaw wojciech
    wolfgang xanthe xavier xenia ximena yaa yael yakub yamini yana yannick yannis yaqub
    yaroslav yashica yasin yasmin yasmina yazmin yeliz yemi yesenia yetunde yevgeny
    yiannis yinka yoav yolanda yolande yoshiko yousef youssef youssouf yuki yulia yuliya
    yunus yuri yuriy yusra yusuf yves yvette yvonne zac zacharias zachary zack zadie
    zafar zaheer zaheera zahid zahida zahra zaid zainab zainul zaira zak zakariya zaki
    zaneta zara zareen zarina zaynab zbigniew zbyszek zeeshan zehra zeinab zelda zelma
    zena zenobia zeynep ziad zigmunt zinaida zoe zofia zohra zoltan zsofia zubaida
    zubair zuhal zuleika zulfiqar zulma zuzanna
    """.splitlines()
    for word in line.split()
)

#: Given names that are also words, months, places or things.
AMBIGUOUS_GIVEN: Final = frozenset(
    word
    for line in """
    alexa amber angel april ariel ash august aurora austin autumn avis bailey basil bay
    bea bill blessing blossom brad brent brooke buddy carol carter cat chance charity
    charlotte charlton chase chelsea cherry christian christmas clement cliff clover
    constance coral courtney craig crystal curtis daisy dale dawn dean della destiny
    devon dick dolly don dot drew duke earl eddy eden edgar eliza elvis ernie eve
    everton faith fay fern finn fleur flo flora florence florin ford frank gene geneva
    george georgia ginger glen glenn grace grant harmony haven hazel heath heather herb
    holly honor hope hunter hyacinth india ines iris ivy jackson jade jasmine jasper jay
    jem jess jesse jewel jody jordan joy jude june karma kent kit lance leigh lennox
    lily lincoln lola luna lyle mackenzie magnolia mags malik marina mark marsha martin
    mason maud max maxim may mel melody mercy merlin merry miles ming minty misty mo
    montgomery montserrat myrtle nana nat ned nell neville noel norm olive opal orlando
    paddy paige paris pat patience pearl peg penny percy perry phoenix pip pooja poppy
    precious preston prince prudence quentin rae ralph ray reed regina rex rich richie
    rick rico river rob robin rocky rod rosa rose rowan ruby rufus rusty sabine sacha
    sade sage sal salah sandy sasha savannah scarlett scott sharp shaw shay sherry sid
    sienna sky skye stefan stirling sultan summer sunny sydney teddy terry tom tommie
    trinity troy val vi vic victor victoria viola violet virgil virginia wally walter
    warren wes will willow wilma woody wren yan
    """.splitlines()
    for word in line.split()
)
