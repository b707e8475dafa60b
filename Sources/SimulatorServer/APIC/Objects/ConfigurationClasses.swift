/// The classes of `uni` that clients read and write (aci.md 4.1).
enum ConfigurationClasses {
    private static func made(_ name: String, _ rn: String, _ words: String) -> ClassSchema {
        ClassSchema(
            name, rn: rn, isConfigurable: true,
            "annotation descr lcOwn=local monPolDn name nameAlias uid=0 userdom " + words)
    }

    private static func relation(_ name: String, _ rn: String, _ words: String) -> ClassSchema {
        ClassSchema(
            name, rn: rn, isConfigurable: true,
            "annotation forceResolve=yes lcOwn=local monPolDn rType=mo state=formed stateQual=none tCl tDn tType=name "
                + "uid=0 userdom " + words)
    }

    static let list = tenant + l3out + peers + policies + fabric

    private static let tenant = [
        made("polUni", "uni", ""),
        made("fvTenant", "tn-{name}", "ownerKey ownerTag"),
        made(
            "fvCtx", "ctx-{name}", "bdEnforcedEnable=no pcEnfDir=ingress pcEnfPref=enforced scope=2818048 seg=2818048"),
        relation("fvRsBgpCtxPol", "rsbgpCtxPol", "tnBgpCtxPolName"),
        relation(
            "fvRsCtxToBgpCtxAfPol", "rsctxToBgpCtxAfPol-[{tnBgpCtxAfPolName}]-{af}", "af=ipv4-ucast tnBgpCtxAfPolName"),
    ]

    private static let l3out = [
        made("l3extOut", "out-{name}", "enforceRtctrl=export mplsEnabled=no targetDscp=unspecified"),
        relation("l3extRsEctx", "rsectx", "tnFvCtxName"),
        relation("l3extRsL3DomAtt", "rsl3DomAtt", ""),
        made("bgpExtP", "bgpExtP", ""),
        made(
            "l3extInstP", "instP-{name}",
            "floodOnEncap=disabled matchT=AtleastOne prefGrMemb=exclude targetDscp=unspecified"),
        relation("fvRsProv", "rsprov-{tnVzBrCPName}", "tnVzBrCPName"),
        relation("fvRsCons", "rscons-{tnVzBrCPName}", "tnVzBrCPName"),
        made("l3extSubnet", "extsubnet-[{ip}]", "aggregate ip scope=import-security"),
        made("rtctrlProfile", "prof-{name}", "type=combinable"),
        made("rtctrlCtxP", "ctx-{name}", "action=permit order=0"),
        relation("rtctrlRsCtxPToSubjP", "rsctxPToSubjP-{tnRtctrlSubjPName}", "tnRtctrlSubjPName"),
        made("rtctrlSubjP", "subj-{name}", ""),
        made("rtctrlMatchRtDest", "dest-[{ip}]", "aggregate=no fromPfxLen=0 ip toPfxLen=0"),
        made("l3extLNodeP", "lnodep-{name}", "configIssues tag=yellow-green targetDscp=unspecified"),
        relation("l3extRsNodeL3OutAtt", "rsnodeL3OutAtt-[{tDn}]", "configIssues rtrId rtrIdLoopBack=yes"),
        made("l3extLIfP", "lifp-{name}", "prio=unspecified tag=yellow-green"),
        relation(
            "l3extRsPathL3OutAtt", "rspathL3OutAtt-[{tDn}]",
            """
            addr=0.0.0.0 autostate=disabled descr encap encapScope=local ifInstT=ext-svi ipv6Dad=enabled llAddr=:: \
            mac=00:22:BD:F8:19:FF mode=regular mtu=9000 targetDscp=unspecified
            """),
        made("l3extMember", "mem-{side}", "addr ipv6Dad=enabled llAddr=:: side"),
        made("l3extIp", "addr-[{addr}]", "addr ipv6Dad=enabled"),
    ]

    private static let peers = [
        made(
            "bgpPeerP", "peerP-[{addr}]",
            """
            ConfigIssues addr addrTCtrl=af-ucast adminSt=enabled allowedSelfAsCnt=3 connectivityType=tenant ctrl ctrlExt \
            password peerCtrl privateASctrl sessionT=peer ttl=1 weight=0
            """),
        made("bgpAsP", "as", "asn"),
        made("bgpLocalAsnP", "localasn", "asnPropagate=none localAsn"),
        relation("bgpRsPeerPfxPol", "rspeerPfxPol", "tnBgpPeerPfxPolName"),
        relation("bgpRsPeerToProfile", "rspeerToProfile-[{tDn}]-{direction}", "direction=import"),
        made("bgpProtP", "protp", ""),
        relation("bgpRsBgpNodeCtxPol", "rsbgpNodeCtxPol", "tnBgpCtxPolName"),
        relation("bgpRsBestPathCtrlPol", "rsBestPathCtrlPol", "tnBgpBestPathCtrlPolName"),
    ]

    private static let policies = [
        made(
            "bgpCtxPol", "bgpCtxP-{name}",
            "grCtrl=helper holdIntvl=180 kaIntvl=60 maxAsLimit=0 staleIntvl=default"),
        made(
            "bgpCtxAfPol", "bgpCtxAfP-{name}",
            "ctrl eDist=20 iDist=200 localDist=220 maxEcmp=16 maxEcmpIbgp=16 maxLocalEcmp=0"),
        made("bgpBestPathCtrlPol", "bestpath-{name}", "ctrl"),
        made("bgpPeerPfxPol", "bgpPfxP-{name}", "action=reject maxPfx=20000 restartTime=infinite thresh=75"),
        made("bgpRtSummPol", "bgprtsum-{name}", "ctrl"),
    ]

    private static let fabric = [
        made("fabricInst", "fabric", ""),
        made("bgpInstPol", "bgpInstP-{name}", ""),
        made("bgpRRP", "rr", ""),
        made("bgpRRNodePEp", "node-{id}", "id podId=1"),
        made("commPol", "comm-{name}", "strongPasswdCheck=no"),
        made(
            "commHttps", "https",
            """
            accessControlAllowCredential=disabled adminSt=enabled clientCertAuthState=disabled globalThrottleRate=10000 \
            globalThrottleSt=disabled globalThrottleUnit=r/s maxRequestStatusCount=0 port=443 \
            sslProtocols=TLSv1.2,TLSv1.3 throttleRate=2 throttleSt=disabled
            """),
        made("fabricProtPol", "protpol", "pairT=explicit"),
        made("infraInfra", "infra", ""),
        made("infraFuncP", "funcprof", ""),
        made("infraAccBndlGrp", "accbundle-{name}", "lagT=node"),
        relation("infraRsLacpPol", "rslacpPol", "tnLacpLagPolName"),
        made(
            "lacpLagP", "lacplagp-{name}",
            "ctrl=fast-sel-hot-stdby,graceful-conv,susp-individual maxLinks=16 minLinks=1 mode=off"),
        made("topoctrlFwdScaleProfilePol", "fwdscalepol-{name}", "profType=dual-stack"),
        made("aaaUserEp", "userext", "pwdStrengthCheck=yes"),
        made("aaaUser", "user-{name}", "accountStatus=active email expires=no firstName lastName"),
        made("aaaUserCert", "usercert-{name}", "data"),
    ]
}
