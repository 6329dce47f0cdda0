// Places in the lists of a run, the scenario and the chain: how parties call things and each other;
// none where they are not valid.
#pragma once

#include "model/base/index.h"
#include "model/chain/chain.h"
#include "scenarios/scenario.h"

namespace capmarket::party {

struct HolderState;
struct UserState;
struct CoordinatorState;
struct AuditorState;
struct PublisherState;
struct RequestState;
struct BundleState;
struct Draft;
struct Listing;
struct Proposal;
struct OfferMessage;
struct ReleaseNote;
struct Submission;   // on its way to the chain, or decided
struct Audience;     // parties whom what the chain publishes reaches at one time
struct Publication;  // a checkpoint that sets out
struct Zone;         // of the network: groups, directories and the chain stand in one each
struct Demand;       // of synthetic users first, then of rows of the trace

using HolderIndex = Index<HolderState>;
using UserIndex = Index<UserState>;
using CoordinatorIndex = Index<CoordinatorState>;
using AuditorIndex = Index<AuditorState>;
using PublisherIndex = Index<PublisherState>;
using RequestIndex = Index<RequestState>;
using BundleIndex = Index<BundleState>;
using DraftIndex = Index<Draft>;
using ListingIndex = Index<Listing>;
using ProposalIndex = Index<Proposal>;
using OfferIndex = Index<OfferMessage>;
using ReleaseIndex = Index<ReleaseNote>;
using SubmissionIndex = Index<Submission>;
using ReadersIndex = Index<Audience>;
using PublishedIndex = Index<Publication>;
using ZoneIndex = Index<Zone>;
using DemandIndex = Index<Demand>;

// Of the scenario's lists.
using ClassIndex = Index<scenarios::ClassSpec>;
using AuthorityIndex = Index<scenarios::AuthoritySpec>;
using RuleIndex = Index<scenarios::ScenarioRule>;
using PolicyIndex = Index<scenarios::ReconciliationSpec>;
using InfrastructureIndex = Index<scenarios::SharedInfrastructureSpec>;
using HolderGroupIndex = Index<scenarios::HolderGroup>;
using UserGroupIndex = Index<scenarios::UserGroup>;
using CoordinatorSpecIndex = Index<scenarios::CoordinatorSpec>;
using RevocationIndex = Index<scenarios::RevocationSpec>;
using TraceRowIndex = Index<scenarios::TraceRequest>;
using StepIndex = Index<scenarios::ScriptStep>;

// Of the chain's lists.
using ChainIndex = Index<chain::Chain>;  // a world has one
using chain::FailureIndex;
using chain::GrantIndex;
using chain::ObligationIndex;
using chain::SettlementIndex;

}  // namespace capmarket::party
