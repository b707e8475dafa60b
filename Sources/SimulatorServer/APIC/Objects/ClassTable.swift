/// The classes that the simulated controllers know, with the attribute lists of aci.md sections 3 to 5.
enum ClassTable {
    /// A class by its name, nil where none has it.
    static func named(_ name: some StringProtocol) -> ClassSchema? { all[String(name)] }

    private static let all = Dictionary(
        uniqueKeysWithValues: (inventory + operational + capacity + records + ConfigurationClasses.list).map {
            ($0.name, $0)
        })

    private static func seen(_ name: String, _ rn: String, _ words: String) -> ClassSchema {
        ClassSchema(name, rn: rn, words)
    }

    private static let inventory = [
        seen("topRoot", "", ""),
        seen("fabricTopology", "topology", "lcOwn=local monPolDn=uni/fabric/monfab-default"),
        seen("fabricPod", "pod-{id}", "id=1 lcOwn=local podType=physical"),
        seen(
            "fabricNode", "node-{id}",
            """
            adSt=on address annotation apicType=apic delayedHeartbeat=no extMngdBy fabricSt=active id lastStateModTs=never \
            lcOwn=local model=N9K-C93180YC-FX monPolDn=uni/fabric/fabnodep-default name nameAlias nodeType=unspecified \
            role=leaf serial uid=0 userdom=all vendor=Cisco version
            """),
        seen(
            "topSystem", "sys",
            """
            address bootstrapState=done clusterTimeDiff=0 configIssues currentTime enforceSubnetCheck=no etepAddr=0.0.0.0 \
            fabricDomain=fabric fabricId=1 fabricMAC=00:22:BD:F8:19:FF id inbMgmtAddr=0.0.0.0 inbMgmtAddr6 \
            inbMgmtAddrMask=0 inbMgmtGateway=0.0.0.0 lastRebootTime lastResetReason=unknown lcOwn=local mode=unspecified \
            monPolDn=uni/fabric/monfab-default name nameAlias oobMgmtAddr=0.0.0.0 oobMgmtAddrMask=24 \
            oobMgmtGateway=0.0.0.0 podId=1 remoteNode=no role=leaf serial serverType=unspecified siteId=0 \
            state=in-service systemUpTime tepPool=10.0.0.0/16 unicastXrEpLearnDisable=no version virtualMode=no
            """),
        seen(
            "infraWiNode", "node-{id}",
            """
            addr adminSt=in-service annotation apicMode=active cntrlSbst=generic failoverStatus=idle health=fully-fit id \
            lcOwn=local mbSn monPolDn=uni/fabric/monfab-default name nodeName operSt=available podId=1 targetMbSn uid=0
            """),
        seen("fabricExplicitGEp", "expgep-{name}", "annotation id lcOwn=local name uid=0 virtualIp"),
        seen("fabricNodePEp", "nodepep-{id}", "annotation id lcOwn=local name nameAlias peerIp=0.0.0.0 podId=1 uid=0"),
        seen("vpcEntity", "vpc", "adminSt=enabled name operSt=enabled"),
        seen("vpcInst", "inst", "adminSt=enabled ctrl name"),
        seen(
            "vpcDom", "dom-{id}",
            """
            autoRecIntvl=240 autoRecStatus compatQualStr compatSt=pass delayRestoreVlan=0 dualActiveSt=0 fabricPathSwId id \
            lacpRole=master localMAC=00:22:BD:F8:19:0A localPrio=101 modTs=never monPolDn=uni/fabric/monfab-default name \
            operRole=master operSt=enabled orphanPortList peerGw=disabled peerIp peerMAC=00:22:BD:F8:19:0B peerPrio=102 \
            peerSt=up peerStQual sysMac=00:23:04:EE:BE:0C virtualIp vpcMAC=00:23:04:EE:BE:0C
            """),
        seen(
            "vpcIf", "if-{id}",
            """
            accBndlGrpDn cfgdVlans compatQualStr compatSt=pass fabricPathDn id localOperSt=up operSt=up remoteOperSt=up \
            suspVlans upVlans usage=nonblocking vpcPortNo
            """),
    ]

    private static let operational = [
        seen("bgpEntity", "bgp", "adminSt=enabled name operErr operSt=enabled"),
        seen(
            "bgpInst", "inst",
            """
            activateTs adminSt=enabled asPathDbSz=0 asn attribDbSz=0 createTs ctrl fabricSoO=unknown:unknown:0:0 \
            memAlert=normal monPolDn=uni/fabric/monfab-default name numAsPath=0 numRtAttrib=0 operErr snmpTrapSt=disable \
            spineRole supprRt=enabled syslogLvl=err ver=v4 waitDoneTs
            """),
        seen(
            "bgpDom", "dom-{name}",
            """
            bgpCfgFailedBmp bgpCfgFailedTs=00:00:00:00.000 bgpCfgState=0 clusterId ctrl encap=unknown firstBestPathDelay=0 \
            firstPeerUpTs flags holdIntvl=180 kaIntvl=60 maxAsLimit=0 mode=fabric monPolDn=uni/fabric/monfab-default name \
            numEstPeers=0 numPeers=0 operRtrId=0.0.0.0 operSt=up rd=unknown:unknown:0:0 rtrId=0.0.0.0 type=tenant
            """),
        seen(
            "bgpDomAf", "af-{type}",
            """
            advertL2vpnEvpn=disabled bestPathCmpltTs bestPathSigTs critNhTimeout=crit ctrl eDistance=20 iDistance=200 \
            localDistance=220 lcOwn=local maxEcmp=16 maxEcmpIbgp=16 monPolDn=uni/fabric/monfab-default name \
            nonCritNhTimeout=noncrit tblVer=1 type=ipv4-ucast
            """),
        seen(
            "bgpPeer", "peer-[{addr}]",
            """
            activePfxPeers=0 addr adminSt=enabled affGrp=0 asn bgpCfgFailedBmp bgpCfgFailedTs=00:00:00:00.000 \
            bgpCfgState=0 connMode ctrl curPfxPeers=0 inheritContPeerCtrl lcOwn=local logNbrChgs=none maxCurPeers=0 \
            maxPfxPeers=0 monPolDn=uni/fabric/monfab-default name passwdSet=disabled peerRole=none privateASctrl srcIf \
            totalPfxPeers=0 ttl=1 type=inter-site
            """),
        seen(
            "bgpPeerEntry", "ent-[{addr}]",
            """
            addr advCap connAttempts=0 connDrop=0 connEst=0 connIf=unspecified fd=4294967295 flags holdIntvl=180 \
            kaIntvl=60 lastFlapTs=never lcOwn=local localIp=0.0.0.0 localPort=unspecified \
            monPolDn=uni/fabric/monfab-default name operSt=idle passwdSet=disabled peerIdx=1 prevOperSt=idle rcvCap \
            remotePort=unspecified rtrId=0.0.0.0 shutStQual=unspecified stReason=none type=ebgp \
            updateElapsedTs=00:00:00:00.000
            """),
        seen(
            "bgpPeerAfEntry", "af-{type}",
            """
            acceptedPaths=0 firstEorRcvdTs=never flags lastEorRcvdTs=never lcOwn=local memAccPaths=0 \
            monPolDn=uni/fabric/monfab-default peerTblVer=0 pfxFlushed=0 pfxSaved=0 pfxSent=0 tblSt=down tblVer=0 \
            type=ipv4-ucast
            """),
        seen(
            "bgpPeerEntryStats", "peerstats",
            """
            byteInRecvQ=0 byteInSendQ=0 byteRcvd=0 byteSent=0 capRcvd=0 capSent=0 connectRetryTs=never kaRcvd=0 kaSent=0 \
            kaTs=never lcOwn=local monPolDn=uni/fabric/monfab-default msgRcvd=0 msgSent=0 notifRcvd=0 notifSent=0 \
            openRcvd=0 openSent=0 routeRefreshRcvd=0 routeRefreshSent=0 updateRcvd=0 updateSent=0
            """),
        seen(
            "bgpPeerEvents", "ev",
            """
            lcOwn=local majErrRstRsvd=none majErrRstSent=none minErrRstRsvd=none minErrRstSent=none \
            monPolDn=uni/fabric/monfab-default rstRsvdTs=never rstSentTs=never
            """),
        seen("bgpGrSt", "gr", "grState=na lcOwn=local restartTs=never"),
        seen("bgpRoute", "rt-[{pfx}]", "bestPathId=1 numPaths=0 pfx rtFlags ver=1"),
        seen(
            "bgpPath", "path-[{peer}]-id-{id}-nh-[{nh}]",
            """
            aggr=0.0.0.0 aggrAs=0 asPath clusterLst extComm flags id importedRd=unknown:unknown:0:0 lastRegComm \
            localPref=100 metric=0 nh nhMetric=0 operSt=valid origId=0.0.0.0 origin=igp peer rcvdPathId=0 regComm type \
            unknownAttr weight=0
            """),
        seen("uribv4Entity", "uribv4", "adminSt=enabled name operErr operSt=enabled"),
        seen("uribv4Dom", "dom-{name}", "name operSt=up"),
        seen("uribv4Db", "db-{type}", "name type=rt"),
        seen("uribv4Route", "rt-[{prefix}]", "lcOwn=local monPolDn name pcTag=any prefix prefixLength"),
        seen(
            "uribv4Nexthop", "nh-[{owner}]-[{addr}]-[{if}]-[{vrf}]",
            """
            Nhmetric=0 Nhtag=0 active=yes addr createTs if=unspecified metric=0 name owner pref routeType rwVnid=unknown \
            tag=0 type=recursive vrf
            """),
        seen("arpAdjEp", "adj-[{ifId}]-[{ip}]", "ifId ip mac operSt=normal physIfId upTS=never"),
    ]

    private static let capacity = [
        seen("eqptcapacityEntity", "eqptcapacity", "lcOwn=local monPolDn=uni/fabric/monfab-default"),
        seen(
            "eqptcapacityPrefixEntries5min", "CDeqptcapacityPrefixEntries5min",
            """
            cnt=30 extNormalizedAvg=0 extNormalizedLast=0 extNormalizedMax=0 extNormalizedMin=0 intNormalizedLast=0 \
            lastCollOffset=290 repIntvEnd repIntvStart status
            """),
        seen(
            "eqptcapacityPolUsage5min", "CDeqptcapacityPolUsage5min",
            "cnt=30 lastCollOffset=290 polUsageCapCum=61440 polUsageCum=212 repIntvEnd repIntvStart"),
        seen(
            "eqptcapacityL3v4Usage325min", "CDeqptcapacityL3v4Usage325min",
            "cnt=30 lastCollOffset=290 repIntvEnd repIntvStart v4TotalBase=0 v4TotalCum=0"),
        seen(
            "configprofileEntity", "cfgent-{name}",
            "bd=3500 contract=16000 epIpv4=24576 epIpv6=12288 epMac=24576 epg=3960 esg=4000 lpm=20480 mcast=8192 name "
                + "policy=61440 slash32=24576 slash128=12288 vlan=3960 vrf=400"),
        seen("topoctrlFwdScaleProf", "fwdscaleprof", "currentProfile name profType=dual-stack"),
    ]

    private static let records = [
        seen(
            "faultInst", "fault-{code}",
            """
            ack=no alert=no annotation cause changeSet code created delegated=no descr domain=infra extMngdBy \
            highestSeverity lastTransition lc=raised occur=1 origSeverity prevSeverity rule severity subject title type \
            uid userdom
            """),
        seen(
            "eventRecord", "rec-{id}",
            """
            affected cause changeSet code created descr id ind=state-transition severity=info trig=oper txId=0 user=internal
            """),
        seen(
            "aaaModLR", "mod-{id}",
            """
            affected cause=transition changeSet clientTag code=E4206326 created descr id ind=modification sessionId \
            severity=info trig=config txId=0 user
            """),
        seen("moCount", "cnt", "count=0"),
        seen("aaaLoginDomain", "logindomain-{name}", "descr name"),
    ]
}
