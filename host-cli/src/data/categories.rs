//! Columns of categories, each of which is a feature that is 1 of it and else 0.

use downhill_tables::Table;

use crate::data::features::{Feature, ResolvedFeature};

/// Notes for the features of each column which of its categories have none.
pub(crate) fn complete(table: &Table, features: &mut [ResolvedFeature]) {
    let levels = |features: &[ResolvedFeature], at: usize| {
        let own = features.iter().filter(|one| one.at == at);
        let own = own.filter_map(|one| one.feature.level().map(String::from));
        own.collect::<Vec<_>>()
    };
    for place in 0..features.len() {
        let ResolvedFeature { at, feature } = &features[place];
        let (Some(_), Some(all)) = (feature.level(), table.columns[*at].few_categories()) else {
            continue;
        };
        let own = levels(features, *at);
        let others = all.names().iter().filter(|name| !own.contains(name));
        let feature = feature.clone().without(others.cloned().collect());
        features[place].feature = feature;
    }
}

/// Takes out the first category of each column that has features for all of its categories, which sum
/// up to the 1 of an intercept; returns those taken out.
pub(crate) fn take_first(features: &mut Vec<ResolvedFeature>) -> Vec<Feature> {
    let mut taken = Vec::new();
    let mut place = 0;
    while let Some(ResolvedFeature { feature, .. }) = features.get(place).cloned() {
        let is_same = |one: &ResolvedFeature| {
            one.feature.level().is_some() && one.feature.column() == feature.column()
        };
        if !feature.is_of_all() || features.iter().filter(|one| is_same(one)).count() < 2 {
            place += 1;
            continue;
        }
        features.remove(place);
        let others: Vec<String> = feature.level().into_iter().map(String::from).collect();
        for one in features.iter_mut().filter(|one| is_same(one)) {
            one.feature = one.feature.clone().without(others.clone());
        }
        taken.push(feature);
    }
    taken
}
