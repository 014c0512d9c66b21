<?php
// What our metadata say, read by SimpleSAMLphp itself: it has no way to fetch them at each request.

$parsed = SimpleSAML\Metadata\SAMLParser::parseFile(getenv('PEER_METADATA'));
$found = $parsed->getMetadata20SP();
unset($found['expire']);
$metadata[$found['entityid']] = $found + [
    'assertion.encryption' => true,
    'validate.authnrequest' => true,
    'sharedkey_algorithm' => getenv('PEER_ENCRYPTION'),
];
